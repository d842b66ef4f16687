import {
  CodeInputSchema,
  EmailInputSchema,
  IdentitySchema,
  LinkInputSchema,
  PasswordChangeInputSchema,
  PasswordInputSchema,
  PasswordResetInputSchema,
  RecoveryCodesSchema,
  SecondFactorInputSchema,
  SecondFactorSetupSchema,
  SessionSchema,
  SignInAnswerSchema,
  SignInInputSchema,
  SignInOptionsSchema,
  SignUpAnswerSchema,
  SignUpInputSchema,
  UbotError,
  Uuid,
} from '@ubot/contracts';
import { requireService, requireUser, unwrap, type HttpApp } from '@ubot/service-kit';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { IssuerSignIn } from './issuerSignIn.ts';
import type { Links } from './links.ts';
import type { Security, Signed } from './security.ts';
import type { Caller, SignIns } from './signIn.ts';

const strict = { additionalProperties: false } as const;
const TokenBody = Type.Object({ token: Type.String({ minLength: 1, maxLength: 512 }) }, strict);
const ById = Type.Object({ id: Uuid }, strict);
const IssuerStartSchema = Type.Object({ url: Type.String(), state: Type.String() });
const IssuerReturnSchema = Type.Object({
  token: Type.Union([Type.String(), Type.Null()]),
  expiresAtMs: Type.Integer(),
});
const IssuerFinish = Type.Object(
  {
    query: Type.Record(Type.String({ maxLength: 100 }), Type.String({ maxLength: 4_096 })),
    state: Type.String({ maxLength: 4_096 }),
  },
  strict,
);

const text = (value: unknown, longest: number): string => (typeof value === 'string' ? value.slice(0, longest) : '');

/** The gateway says where a request comes from; without it all callers share one bucket. */
function callerOf({ headers }: FastifyRequest): Caller {
  return {
    address: text(headers['x-client-address'], 64) || 'unknown',
    userAgent: text(headers['x-client-agent'], 300),
  };
}

/** The gateway passes the session's token on where the session itself is the matter. */
function tokenOf({ headers }: FastifyRequest): string {
  const token = text(headers['x-session-token'], 512);
  if (token === '') throw new UbotError('SESSION_REQUIRED');
  return token;
}

const signedOf = (request: FastifyRequest): Signed => ({
  userId: requireUser(request).userId,
  token: tokenOf(request),
  caller: callerOf(request),
});

export interface SignInParts {
  signIns: SignIns;
  links: Links;
  security: Security;
  issuer: IssuerSignIn;
}

/** Before anybody is signed in: for the gateway, in its own name. */
export function addSignInRoutes(app: HttpApp, { signIns, links, issuer }: SignInParts): void {
  const answering = <Body, Answer>(schema: { body: Body; answer: Answer }) => ({
    schema: { body: schema.body, response: { 200: schema.answer } },
  });
  app.get('/auth/options', { schema: { response: { 200: SignInOptionsSchema } } }, async (request) => {
    requireService(request);
    return signIns.options();
  });
  app.post('/auth/sign-up', answering({ body: SignUpInputSchema, answer: SignUpAnswerSchema }), async (request) => {
    requireService(request);
    return unwrap(await signIns.signUp(request.body, callerOf(request)));
  });
  app.post('/auth/sign-in', answering({ body: SignInInputSchema, answer: SignInAnswerSchema }), async (request) => {
    requireService(request);
    return unwrap(await signIns.signIn(request.body, callerOf(request)));
  });
  app.post(
    '/auth/sign-in/second-factor',
    answering({ body: SecondFactorInputSchema, answer: SignInAnswerSchema }),
    async (request) => {
      requireService(request);
      return unwrap(await signIns.secondFactor(request.body, callerOf(request)));
    },
  );
  app.post('/auth/identify', answering({ body: TokenBody, answer: IdentitySchema }), async (request) => {
    requireService(request);
    return unwrap(await signIns.identify(request.body.token));
  });
  app.post('/auth/verify-email', { schema: { body: LinkInputSchema } }, async (request, reply) => {
    requireService(request);
    unwrap(await links.verifyEmail(request.body.token));
    return reply.status(204).send();
  });
  app.post('/auth/verify-email/send', { schema: { body: EmailInputSchema } }, async (request, reply) => {
    requireService(request);
    unwrap(await links.sendVerification(request.body.email, callerOf(request)));
    return reply.status(204).send();
  });
  app.post('/auth/password/forgot', { schema: { body: EmailInputSchema } }, async (request, reply) => {
    requireService(request);
    unwrap(await links.forgotPassword(request.body.email, callerOf(request)));
    return reply.status(204).send();
  });
  app.post('/auth/password/reset', { schema: { body: PasswordResetInputSchema } }, async (request, reply) => {
    requireService(request);
    unwrap(await links.resetPassword(request.body));
    return reply.status(204).send();
  });
  app.post('/auth/issuer/start', { schema: { response: { 200: IssuerStartSchema } } }, async (request) => {
    requireService(request);
    return unwrap(await issuer.start(callerOf(request)));
  });
  app.post('/auth/issuer/finish', answering({ body: IssuerFinish, answer: IssuerReturnSchema }), async (request) => {
    requireService(request);
    return unwrap(await issuer.finish(request.body.query, request.body.state, callerOf(request)));
  });
}

/** With a session: a user's own password, second factor, sessions and links. */
export function addSecurityRoutes(app: HttpApp, { signIns, security, issuer }: SignInParts): void {
  app.post('/auth/sign-out', async (request, reply) => {
    const { userId, token } = signedOf(request);
    unwrap(await signIns.signOut({ userId, token }));
    return reply.status(204).send();
  });
  app.post(
    '/auth/password/change',
    { schema: { body: PasswordChangeInputSchema, response: { 200: SignInAnswerSchema } } },
    async (request) => unwrap(await security.changePassword(signedOf(request), request.body)),
  );
  app.post(
    '/auth/second-factor',
    { schema: { body: PasswordInputSchema, response: { 200: SecondFactorSetupSchema } } },
    async (request) => unwrap(await security.prepareSecondFactor(signedOf(request), request.body.password)),
  );
  app.post(
    '/auth/second-factor/confirm',
    { schema: { body: CodeInputSchema, response: { 200: SignInAnswerSchema } } },
    async (request) => unwrap(await security.confirmSecondFactor(signedOf(request), request.body.code)),
  );
  app.post(
    '/auth/second-factor/remove',
    { schema: { body: PasswordInputSchema, response: { 200: SignInAnswerSchema } } },
    async (request) => unwrap(await security.removeSecondFactor(signedOf(request), request.body.password)),
  );
  app.post(
    '/auth/recovery-codes',
    { schema: { body: PasswordInputSchema, response: { 200: RecoveryCodesSchema } } },
    async (request) => unwrap(await security.newRecoveryCodes(signedOf(request), request.body.password)),
  );
  app.get(
    '/auth/sessions',
    { schema: { response: { 200: Type.Object({ sessions: Type.Array(SessionSchema) }) } } },
    async (request) => ({ sessions: await security.sessions(requireUser(request).userId, tokenOf(request)) }),
  );
  app.delete('/auth/sessions/:id', { schema: { params: ById } }, async (request, reply) => {
    unwrap(await security.endSession(requireUser(request).userId, request.params.id));
    return reply.status(204).send();
  });
  app.delete('/auth/sessions', async (request, reply) => {
    unwrap(await security.endOtherSessions(requireUser(request).userId, tokenOf(request)));
    return reply.status(204).send();
  });
  app.post('/auth/issuer/link', { schema: { response: { 200: IssuerStartSchema } } }, async (request) =>
    unwrap(await issuer.link(tokenOf(request), callerOf(request))),
  );
}
