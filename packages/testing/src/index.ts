export { sharedData, hasSharedData, NO_SHARED_DATA } from './sharedData.ts';
export { createCmcServer, type CmcServer, type CmcServerOptions, type CmcPlan, type CmcRequest } from './cmc-server.ts';
export { cmcCoin, cmcCoins, cmcFrameOf, type CmcCoin, type CmcCoinFigures, type CmcFrame } from './cmc-server-coins.ts';
export { type CmcFault } from './cmc-server-faults.ts';
export { createTestDatabase, startTestServer, type TestDatabase, type TestServer } from './database.ts';
export { createStatementCounter, type StatementCounter } from './statementCounter.ts';
export { addTestUser, queryOnce, type TestUser } from './users.ts';
export { fakeClock, type FakeClock } from './clock.ts';
export { waitFor } from './waitFor.ts';
export { createTwilioServer, type TwilioServer } from './twilio-server.ts';
export { type TwilioBehaviour, type TwilioServerOptions } from './twilio-server-world.ts';
export { type InboundAnswer, type InboundMessage } from './twilio-server-inbound.ts';
export { readRecords, type AcceptedMessage } from './twilio-server-store.ts';
export { callbackForm, twilioSignature, type CallbackStep, type PostedCallback } from './twilio-server-callbacks.ts';
export {
  createWebhookReceiver,
  type ReceivedWebhook,
  type WebhookBehaviour,
  type WebhookReceiver,
} from './webhook-receiver.ts';
export { seededRandom } from './seededRandom.ts';
export { totpOf } from './totp.ts';
export {
  createMessengerServer,
  type Messaged,
  PUSHOVER_TOKEN,
  TELEGRAM_TOKEN,
  type MessengerFault,
  type MessengerServer,
} from './messenger-server.ts';
export { createPushServer, type PushFault, type PushServer, type Pushed, type Subscription } from './push-server.ts';
