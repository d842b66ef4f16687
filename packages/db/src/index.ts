export {
  createDatabase,
  withTransaction,
  announce,
  type Database,
  type Transaction,
  type Executor,
  type DatabaseOptions,
  type EventLog,
} from './database.ts';
export { isDatabaseUnavailable, sqlState } from './errors.ts';
export { migrate, MIGRATIONS_DIRECTORY, type MigrateOptions } from './migrate.ts';
export {
  storeSnapshot,
  readSnapshotsAfter,
  readSnapshotsBetween,
  hasTickers,
  snapshotTimesBefore,
  latestSnapshot,
  latestGlobalMetrics,
  clearMarket,
  type SnapshotToStore,
  type StoredSnapshot,
  type SnapshotRow,
} from './market/snapshots.ts';
export {
  storeCandles,
  readCandles,
  readCandlesUntil,
  readCandleColumns,
  readCandleColumnsOf,
  storedSpan as storedCandleSpan,
} from './market/candles.ts';
export { storeGlobalCandles, readGlobalCandles, readGlobalCandleColumns } from './market/globalCandles.ts';
export { upsertCoins, coinsByIds, coinsNamed, coinById, allCoins, searchCoins } from './market/coins.ts';
export { readSourceState, writeSourceState } from './market/sourceState.ts';
export {
  PARTITIONED_TABLES,
  ensurePartitions,
  ensurePartitionsAhead,
  dropExpiredPartitions,
  partitionsOf,
  type Partition,
  type PartitionedTable,
  type Retention,
} from './market/partitions.ts';
export {
  insertUser,
  userById,
  userByEmail,
  operatorAccount,
  replacePassword,
  renewPasswordHash,
  saveSettings,
  lockUser,
  lockFirstStart,
  type UserRow,
} from './account/users.ts';
export {
  insertPersonalToken,
  personalTokens,
  deletePersonalToken,
  identityOfToken,
  setPresetToken,
  type TokenRow,
} from './account/tokens.ts';
export { sessionsOfUser, endSessions, deleteExpiredSignIns, spendCode, type SessionRow } from './account/sessions.ts';
export {
  insertInvitation,
  listInvitations,
  openInvitation,
  useInvitation,
  deleteInvitation,
  type InvitationRow,
} from './account/invitations.ts';
export { insertUndeliveredLink, undeliveredLinks, type UndeliveredLink } from './account/undeliveredLinks.ts';
export { listUsers, changeUser, linkedIssuers, hasSignInMethod } from './account/userAdmin.ts';
export { signInTables } from './account/signInTables.ts';
export {
  claimIdempotencyKey,
  endIdempotencyClaim,
  finishIdempotencyKey,
  releaseIdempotencyKey,
  type IdempotencyState,
} from './account/idempotency.ts';
export {
  rememberInbound,
  openWhatsAppSession,
  closeWhatsAppSession,
  openSessionsOf,
  optedOutOf,
  optOut,
  optIn,
} from './alert/phones.ts';
export {
  pauseChannelOf,
  pausesOfNotifications,
  resumeChannel,
  lockUntoldPause,
  markTold,
  type PauseReason,
  type UntoldPause,
} from './alert/pauses.ts';
export {
  insertChannel,
  listChannels,
  countChannels,
  hasChannels,
  channelById,
  ownChannelIds,
  updateChannel,
  deleteChannel,
  channelForDelivery,
  channelProblems,
  type OwnedId,
} from './account/channels.ts';
export {
  insertStrategy,
  updateStrategy,
  deleteStrategy,
  listStrategies,
  listStrategyVersions,
  strategyAt,
  strategyById,
  strategiesByIds,
  strategyNames,
  lockStrategy,
  ownerOfStrategy,
  readStrategyChanges,
  type Changed,
  type StrategyChange,
} from './account/strategies.ts';
export {
  insertWatchlist,
  listWatchlists,
  countWatchlists,
  watchlistById,
  isWatchlistNameTaken,
  updateWatchlist,
  deleteWatchlist,
  coinsOfWatchlists,
  strategiesOnWatchlist,
  showStrategiesOnWatchlist,
} from './account/watchlists.ts';
export { appliedMarks, lockAppliedMarks, markApplied, type AppliedMark } from './account/appliedStrategies.ts';
export {
  readVerification,
  saveVerification,
  markVerified,
  verifyAllChannels,
  type Verification,
  type UserAddress,
} from './account/verifications.ts';
export { auditOfUser, deleteAccount, pendingErasures, endErasure, type AuditRow } from './account/deletion.ts';
export {
  readSilencesInForce,
  insertSilence,
  listSilences,
  silenceById,
  countOpenSilences,
  endSilence,
  forgetSilences,
  silenceState,
  type SilenceRow,
  type ListedSilence,
} from './alert/silences.ts';
export {
  readInhibitionsInForce,
  readFiringSources,
  readFollowedFiring,
  confirmFiring,
  listInhibitions,
  inhibitionById,
  countInhibitions,
  saveInhibition,
  deleteInhibition,
  type InhibitionRow,
  type ListedInhibition,
  type FiringSource,
} from './alert/inhibitions.ts';
export { recallQuiet } from './alert/quietHours.ts';
export {
  readAlertStanding,
  saveAcknowledgements,
  lockToldAlerts,
  type AlertStanding,
} from './alert/acknowledgements.ts';
export {
  lockDigestChannels,
  lockDigestMates,
  formDigest,
  readDigestAlerts,
  type DigestChannel,
} from './alert/digests.ts';
export { eraseAlertsOf } from './alert/erase.ts';
export { moduleLanes, readChannelModule, writeChannelModules, type ChannelModuleRow } from './alert/channelModules.ts';
export { quotaOverridesOf, strategiesUsed, saveQuotaOverrides } from './account/quotas.ts';
export { type StrategyDefinition } from './account/tables.ts';
export { writeAudit, AUDIT_ACTIONS, type AuditAction, type AuditEntry } from './account/audit.ts';
export { holdAdvisoryLock, type AdvisoryLock, type AdvisoryLockOptions, type LockState } from './advisoryLock.ts';
export {
  claimAlerts,
  countAlerts,
  versionsWithAlerts,
  type AlertToClaim,
  type ClaimedAlert,
  type AlertCounts,
} from './alert/alerts.ts';
export { readAlertStates, saveAlertStates, deleteAlertStates, type AlertStateRow } from './alert/state.ts';
export {
  readScannerCursor,
  moveScannerCursor,
  lastSnapshotBefore,
  firstSnapshotFrom,
  type ScannerCursor,
} from './alert/cursor.ts';
export {
  insertDecisions,
  lastDecision,
  lastDecisionOf,
  deleteDecisionsBefore,
  type DecisionRow,
} from './alert/decisions.ts';
export {
  storePushedSnapshot,
  readPushedAfter,
  lastPushedBefore,
  firstPushedFrom,
  trimPushed,
  type PushedSnapshot,
} from './alert/pushed.ts';
export {
  lockDueNotifications,
  markSending,
  postpone,
  changeLane,
  endUnsent,
  holdNotification,
  expireLeases,
  claimUnknown,
  markAccepted,
  endAttempts,
  type Accepted,
  type Sending,
  type EndOfAttempt,
  type Lease,
} from './alert/notifications.ts';
export { type ClaimedNotification } from './alert/claimedRow.ts';
export { lockDelivery, otherMessageIds, saveDelivery, sendAnew, type Delivery } from './alert/deliveries.ts';
export { readDueTimes, readDueUsers, type DueTimes } from './alert/due.ts';
export {
  readAlertPage,
  readNotificationPage,
  countNotificationQueue,
  readAlertsOfStrategies,
  readAlert,
  readAlertsAfter,
  lastAlertOf,
  readNotificationsById,
} from './alert/notificationsRead.ts';
export { keepPushKeys, type PushKeys } from './alert/pushKeys.ts';
export {
  readWatchFacts,
  readOpenIncidents,
  saveIncident,
  dropIncident,
  deleteIncidentsBefore,
  queueNotices,
  claimNotice,
  endNotice,
  type ClaimedNotice,
  type OpenIncident,
  type WatchFacts,
} from './ops/watch.ts';
export {
  EVERYBODY,
  countKey,
  lockCounts,
  addToCounts,
  countsOf,
  uncount,
  type CountKey,
  type MessageCount,
} from './alert/counts.ts';
export { settlePrice, takePricesDue, type PriceDue, type ProviderPrice } from './alert/prices.ts';
export {
  insertNotices,
  readNotices,
  lockUntoldNotice,
  markNoticeTold,
  type NewNotice,
  type UntoldNotice,
} from './alert/notices.ts';
export { readCosts, readAllCosts, readCapFacts, type CapFacts } from './alert/costs.ts';
