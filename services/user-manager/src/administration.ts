import { randomBytes } from 'node:crypto';
import type {
  AdminUser,
  AdminUserInput,
  Invitation,
  InvitationCreated,
  InvitationInput,
  Result,
} from '@ubot/contracts';
import {
  changeUser,
  deleteInvitation,
  endSessions,
  insertInvitation,
  listInvitations,
  listUsers,
  undeliveredLinks,
  userByEmail,
  withTransaction,
  writeAudit,
  type Database,
  type UndeliveredLink,
} from '@ubot/db';
import { newId } from '@ubot/service-kit';
import { NOT_FOUND } from './failures.ts';
import { invitationLetter } from './signIn/letters.ts';
import type { Mail } from './signIn/mail.ts';
import { tokenHash } from './signIn/sessionTokens.ts';

const INVITATION_MS = 7 * 86_400_000;

export type Administration = ReturnType<typeof createAdministration>;

/** What the operator does with other people's accounts. */
export function createAdministration(options: { db: Database; mail: Mail; publicUrl: string; nowMs: () => number }) {
  const { db, mail, publicUrl, nowMs } = options;
  return {
    users: (page: { search: string; after: string }): Promise<AdminUser[]> => listUsers(db, page),

    /** Role, and whether the account is on. Switching off ends all sessions at once. */
    async changeUser(operatorId: string, id: string, input: AdminUserInput): Promise<Result<null>> {
      return withTransaction(db, async (tx) => {
        const done = await changeUser(tx, { id, ...input, nowMs: nowMs() });
        if (done === null) return NOT_FOUND;
        if (done === 'lastOperator') {
          const detail = 'This is the last operator: make somebody else one first.';
          return { ok: false, failure: { code: 'LAST_OPERATOR', detail } };
        }
        if (input.disabled) await endSessions(tx, { userId: id });
        const entry = { atMs: nowMs(), userId: operatorId, action: 'user.change', subjectId: id } as const;
        await writeAudit(tx, { ...entry, detail: { ...input } });
        return { ok: true, value: null };
      });
    },

    invitations: (): Promise<Invitation[]> => listInvitations(db),

    async invite(
      operatorId: string,
      { email: given, role = 'user' }: InvitationInput,
    ): Promise<Result<InvitationCreated>> {
      const email = given.toLowerCase();
      if ((await userByEmail(db, email)) !== null) {
        return { ok: false, failure: { code: 'CONFLICT', detail: 'This address has an account already.' } };
      }
      const token = randomBytes(24).toString('base64url');
      const createdAtMs = nowMs();
      const invitation = { id: newId(), email, role, createdAtMs, expiresAtMs: createdAtMs + INVITATION_MS };
      await withTransaction(db, async (tx) => {
        await insertInvitation(tx, { ...invitation, tokenHash: tokenHash(token), invitedBy: operatorId });
        const entry = { atMs: createdAtMs, userId: operatorId, subjectId: invitation.id } as const;
        await writeAudit(tx, { ...entry, action: 'invitation.create', detail: { role } });
      });
      const url = `${publicUrl}/account.html#invitation=${token}&email=${encodeURIComponent(email)}`;
      mail.send(invitationLetter({ to: email, url, expiresAtMs: invitation.expiresAtMs }));
      return { ok: true, value: { ...invitation, usedAtMs: null, url } };
    },

    async withdraw(operatorId: string, id: string): Promise<Result<null>> {
      return withTransaction(db, async (tx) => {
        if (!(await deleteInvitation(tx, id))) return NOT_FOUND;
        await writeAudit(tx, { atMs: nowMs(), userId: operatorId, action: 'invitation.delete', subjectId: id });
        return { ok: true, value: null };
      });
    },

    links: (): Promise<UndeliveredLink[]> => undeliveredLinks(db, nowMs()),
  };
}
