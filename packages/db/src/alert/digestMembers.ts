/**
 * What the members of a digest share with its leader: everything that becomes of the one message. Not shared are the
 * text, which only the leader has, and the money, which is paid once.
 */
const SHARED = [
  'state',
  'attempts',
  'next_attempt_at',
  'lease_owner',
  'lease_until',
  'provider',
  'provider_message_id',
  'provider_status',
  'sent_as',
  'sent_as_reason',
  'error_code',
  'error_detail',
  'first_attempt_at',
  'sent_at',
  'delivered_at',
  'updated_at',
];

/** Of the table `n`: what is worked on by itself. A member goes with its leader. */
export const NOT_A_MEMBER = '(n.digest_id is null or n.digest_id = n.id)';

/** After `with changed as (update … returning *)`: the members of a changed leader take over what they share. */
export const MEMBERS_FOLLOW = `, members as (
       update alert.notifications m set ${SHARED.map((column) => `${column} = c.${column}`).join(', ')}
       from changed c where m.digest_id = c.id and m.id <> c.id returning m.id
     )`;

/**
 * The same, and the end of the statement: the change of each row is announced with the commit.
 *
 * Shape: → the ids of `changed`, without the members.
 */
export const announcedWithMembers = `${MEMBERS_FOLLOW}, announced as (
       select id, is_member, pg_notify('ubot_notification', id::text) from (
         select id, false as is_member from changed union all select id, true from members) touched
     )
     select id from announced where not is_member`;
