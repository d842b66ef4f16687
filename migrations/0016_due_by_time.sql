-- Which of a lane's rows is due first, and which are a given user's, are asked of two indexes. The statistics of a queue are those
-- of its quiet hours, when both look alike; in a storm the one by time walks through everybody's rows for each user.
-- "attempts >= 0" is always true: it stands here so that only the questions that say it too are answered by this index.
drop index alert.notifications_lane_due;
create index notifications_lane_due on alert.notifications (lane, next_attempt_at)
  where state = 'queued' and (digest_id is null or digest_id = id) and attempts >= 0;
