// Made from the OpenAPI document of the gateway: npm run client:generate. Do not change by hand.

export interface paths {
  '/api/v1/photo': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * All coins at one instant: the latest snapshot
     * @description The `age` header says how many seconds old it is; `x-ubot-source` where the prices come from.
     */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              snapshotId: string;
              /** @description Epoch milliseconds, UTC */
              takenAtMs: number;
              source: string;
              label: string;
              demo: boolean;
              global: {
                totalMarketCapUsd: number | null;
                totalVolume24hUsd: number | null;
                btcDominancePct: number | null;
                ethDominancePct: number | null;
                providerTimeMs: number | null;
              } | null;
              coins: {
                id: number;
                symbol: string;
                name: string;
                slug: string;
                rank: number | null;
                priceUsd: number;
                volume24hUsd: number | null;
                marketCapUsd: number | null;
                percentChange1h: number | null;
                percentChange24h: number | null;
                percentChange7d: number | null;
                providerTimeMs: number | null;
              }[];
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/options': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Who can make an account, and the issuer that signs users in */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @enum {unknown} */
              signUp: 'open' | 'invitation' | 'closed';
              issuer: string | null;
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/sign-up': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Make an account; the same answer whether or not the address has one */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            email: string;
            password: string;
            name?: string;
            invitation?: string;
          };
        };
      };
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @enum {unknown} */
              next: 'verify_email' | 'ready';
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/sign-in': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** A session of 30 days, or the question for a second factor */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            email: string;
            password: string;
            newPassword?: string;
            cookie?: boolean;
          };
        };
      };
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json':
              | {
                  token: string | null;
                  /** @description Epoch milliseconds, UTC */
                  expiresAtMs: number;
                }
              | {
                  secondFactor: {
                    challenge: string;
                    /** @description Epoch milliseconds, UTC */
                    expiresAtMs: number;
                  };
                };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/sign-in/second-factor': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Answer the question for a second factor with a code, or a recovery code */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            challenge: string;
            code: string;
            cookie?: boolean;
          };
        };
      };
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json':
              | {
                  token: string | null;
                  /** @description Epoch milliseconds, UTC */
                  expiresAtMs: number;
                }
              | {
                  secondFactor: {
                    challenge: string;
                    /** @description Epoch milliseconds, UTC */
                    expiresAtMs: number;
                  };
                };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/verify-email': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Confirm an address with the token of the link that was sent to it */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            token: string;
          };
        };
      };
      responses: {
        /** @description Nothing */
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/verify-email/send': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send that link again */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            email: string;
          };
        };
      };
      responses: {
        /** @description Nothing */
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/password/forgot': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send a link for a new password, if the address has an account */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            email: string;
          };
        };
      };
      responses: {
        /** @description Nothing */
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/password/reset': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Set a new password with the token of that link; ends all sessions */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            token: string;
            newPassword: string;
          };
        };
      };
      responses: {
        /** @description Nothing */
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/password/change': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Change the password; ends all other sessions, and this one goes on under a new token */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same request with the same key within 24 hours is done once, and gets the first answer again. */
          'Idempotency-Key'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            password: string;
            newPassword: string;
          };
        };
      };
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json':
              | {
                  token: string | null;
                  /** @description Epoch milliseconds, UTC */
                  expiresAtMs: number;
                }
              | {
                  secondFactor: {
                    challenge: string;
                    /** @description Epoch milliseconds, UTC */
                    expiresAtMs: number;
                  };
                };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/second-factor': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Prepare a second factor (TOTP): the secret and the recovery codes are shown this once */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same request with the same key within 24 hours is done once, and gets the first answer again. */
          'Idempotency-Key'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            password: string;
          };
        };
      };
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              uri: string;
              recoveryCodes: string[];
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/second-factor/confirm': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Switch it on with a first code; ends all other sessions */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same request with the same key within 24 hours is done once, and gets the first answer again. */
          'Idempotency-Key'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            code: string;
          };
        };
      };
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json':
              | {
                  token: string | null;
                  /** @description Epoch milliseconds, UTC */
                  expiresAtMs: number;
                }
              | {
                  secondFactor: {
                    challenge: string;
                    /** @description Epoch milliseconds, UTC */
                    expiresAtMs: number;
                  };
                };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/second-factor/remove': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Switch it off */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same request with the same key within 24 hours is done once, and gets the first answer again. */
          'Idempotency-Key'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            password: string;
          };
        };
      };
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json':
              | {
                  token: string | null;
                  /** @description Epoch milliseconds, UTC */
                  expiresAtMs: number;
                }
              | {
                  secondFactor: {
                    challenge: string;
                    /** @description Epoch milliseconds, UTC */
                    expiresAtMs: number;
                  };
                };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/recovery-codes': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** New recovery codes in place of the old ones, shown this once */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same request with the same key within 24 hours is done once, and gets the first answer again. */
          'Idempotency-Key'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            password: string;
          };
        };
      };
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              recoveryCodes: string[];
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/sessions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Where you are signed in, newest first */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              sessions: {
                id: string;
                /** @description Epoch milliseconds, UTC */
                createdAtMs: number;
                /** @description Epoch milliseconds, UTC */
                expiresAtMs: number;
                address: string | null;
                userAgent: string | null;
                current: boolean;
              }[];
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    post?: never;
    /** Sign out everywhere else */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Nothing */
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/sessions/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** End one session */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Nothing */
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/tokens': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Your tokens for bots and scripts, oldest first */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              tokens: {
                id: string;
                name: string;
                /** @enum {unknown} */
                scope: 'read' | 'write';
                /** @description Epoch milliseconds, UTC */
                createdAtMs: number;
                expiresAtMs: number | null;
                lastUsedAtMs: number | null;
              }[];
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    /** Make a token; it is shown this once */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same request with the same key within 24 hours is done once, and gets the first answer again. */
          'Idempotency-Key'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            name: string;
            /** @enum {unknown} */
            scope: 'read' | 'write';
            /** @description Epoch milliseconds, UTC */
            expiresAtMs?: number;
          };
        };
      };
      responses: {
        /** @description Created */
        201: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              name: string;
              /** @enum {unknown} */
              scope: 'read' | 'write';
              /** @description Epoch milliseconds, UTC */
              createdAtMs: number;
              expiresAtMs: number | null;
              lastUsedAtMs: number | null;
              token: string;
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/tokens/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Delete a token; it stops working at once */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Nothing */
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/me': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Your account */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              email: string;
              /** @enum {unknown} */
              role: 'user' | 'operator';
              /** @description Epoch milliseconds, UTC */
              createdAtMs: number;
              secondFactor: boolean;
              password: boolean;
              issuers: string[];
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    post?: never;
    /** Delete your account and all that is yours; with your password, or right after signing in at your issuer */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            password?: string;
          };
        };
      };
      responses: {
        /** @description Nothing */
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/me/export': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Everything that is yours */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @description Epoch milliseconds, UTC */
              exportedAtMs: number;
              user: {
                id: string;
                email: string;
                /** @enum {unknown} */
                role: 'user' | 'operator';
                /** @description Epoch milliseconds, UTC */
                createdAtMs: number;
                secondFactor: boolean;
                password: boolean;
                issuers: string[];
              };
              settings: {
                timeZone: string;
                defaultChannelIds: string[];
                quietHours: {
                  start: string;
                  end: string;
                  days: number[];
                  /** @enum {unknown} */
                  mode?: 'hold' | 'drop';
                  machines?: boolean;
                } | null;
                currency: string;
                locale: string;
                caps: {
                  messagesPerDay?: number;
                  messagesPerMonth?: number;
                  moneyPerDay?: string;
                  moneyPerMonth?: string;
                } | null;
              };
              quotas: {
                limits: {
                  strategies: number;
                  allCoinStrategies: number;
                  alertsPerDay: number;
                  caps: {
                    messagesPerDay?: number;
                    messagesPerMonth?: number;
                    moneyPerDay?: string;
                    moneyPerMonth?: string;
                  };
                };
                used: {
                  strategies: number;
                  allCoinStrategies: number;
                };
              };
              channels: {
                id: string;
                userId: string;
                name: string;
                target:
                  | {
                      /** @enum {string} */
                      kind: 'sms';
                      to: string;
                    }
                  | {
                      /** @enum {string} */
                      kind: 'whatsapp';
                      to: string;
                    }
                  | {
                      /** @enum {string} */
                      kind: 'voice';
                      to: string;
                    }
                  | {
                      /** @enum {string} */
                      kind: 'webhook';
                      url: string;
                    }
                  | {
                      /** @enum {string} */
                      kind: 'log';
                    }
                  | {
                      /** @enum {string} */
                      kind: 'email';
                      to: string;
                    }
                  | {
                      /** @enum {string} */
                      kind: 'telegram';
                      chatId: string;
                    }
                  | {
                      /** @enum {string} */
                      kind: 'discord';
                      webhookId: string;
                      webhookToken: string;
                    }
                  | {
                      /** @enum {string} */
                      kind: 'slack';
                      path: string;
                    }
                  | {
                      /** @enum {string} */
                      kind: 'ntfy';
                      server: string;
                      topic: string;
                      token?: string;
                    }
                  | {
                      /** @enum {string} */
                      kind: 'pushover';
                      userKey: string;
                    }
                  | {
                      /** @enum {string} */
                      kind: 'module';
                      module: string;
                      address:
                        | string
                        | {
                            [key: string]: string;
                          };
                    }
                  | {
                      /** @enum {string} */
                      kind: 'web_push';
                      endpoint: string;
                      keys: {
                        p256dh: string;
                        auth: string;
                      };
                    };
                enabled: boolean;
                verified: boolean;
                digest: {
                  waitMs: number;
                  intervalMs: number;
                } | null;
                options?: {
                  /** @enum {string} */
                  fallback?: 'sms';
                  picture?: boolean;
                };
                paused?: {
                  /** @enum {unknown} */
                  reason: 'opted_out' | 'unreachable';
                  detail: string;
                  /** @description Epoch milliseconds, UTC */
                  sinceMs: number;
                };
                /** @description Epoch milliseconds, UTC */
                createdAtMs: number;
                /** @description Epoch milliseconds, UTC */
                updatedAtMs: number;
              }[];
              watchlists: {
                id: string;
                userId: string;
                name: string;
                coinIds: number[];
                /** @description Epoch milliseconds, UTC */
                createdAtMs: number;
                /** @description Epoch milliseconds, UTC */
                updatedAtMs: number;
              }[];
              strategies: {
                id: string;
                userId: string;
                version: number;
                versionId: string;
                name: string;
                enabled: boolean;
                universe:
                  | {
                      /** @enum {string} */
                      kind: 'coins';
                      ids: number[];
                    }
                  | {
                      /** @enum {string} */
                      kind: 'top';
                      count: number;
                    }
                  | {
                      /** @enum {string} */
                      kind: 'all';
                    }
                  | {
                      /** @enum {string} */
                      kind: 'watchlist';
                      id: string;
                    };
                /** @enum {unknown} */
                timeframe: '1m' | '5m' | '15m' | '30m' | '1h' | '4h' | '12h' | '1d' | '1w';
                indicators: {
                  name: string;
                  expression: string;
                }[];
                condition: string;
                message: string | null;
                channelIds: string[];
                tags: string[];
                urgent: boolean;
                trigger: {
                  /** @enum {unknown} */
                  on: 'candle_close' | 'snapshot';
                  /** @enum {unknown} */
                  fires: 'on_change' | 'while_true' | 'once';
                  for:
                    | (
                        | {
                            ms: number;
                          }
                        | {
                            candles: number;
                          }
                      )
                    | null;
                  cooldownMs: number;
                  rearm: string | null;
                  expiresAtMs: number | null;
                  maxPerDay: number | null;
                  maxAgeMs: number;
                };
                /** @description Epoch milliseconds, UTC */
                createdAtMs: number;
                /** @description Epoch milliseconds, UTC */
                updatedAtMs: number;
                versions: {
                  version: number;
                  versionId: string;
                  name: string;
                  universe:
                    | {
                        /** @enum {string} */
                        kind: 'coins';
                        ids: number[];
                      }
                    | {
                        /** @enum {string} */
                        kind: 'top';
                        count: number;
                      }
                    | {
                        /** @enum {string} */
                        kind: 'all';
                      }
                    | {
                        /** @enum {string} */
                        kind: 'watchlist';
                        id: string;
                      };
                  /** @enum {unknown} */
                  timeframe: '1m' | '5m' | '15m' | '30m' | '1h' | '4h' | '12h' | '1d' | '1w';
                  indicators: {
                    name: string;
                    expression: string;
                  }[];
                  condition: string;
                  trigger: {
                    /** @enum {unknown} */
                    on: 'candle_close' | 'snapshot';
                    /** @enum {unknown} */
                    fires: 'on_change' | 'while_true' | 'once';
                    for:
                      | (
                          | {
                              ms: number;
                            }
                          | {
                              candles: number;
                            }
                        )
                      | null;
                    cooldownMs: number;
                    rearm: string | null;
                    expiresAtMs: number | null;
                    maxPerDay: number | null;
                    maxAgeMs: number;
                  };
                  message: string | null;
                  channelIds: string[];
                  tags: string[];
                  urgent: boolean;
                  /** @description Epoch milliseconds, UTC */
                  createdAtMs: number;
                }[];
              }[];
              silences: {
                id: string;
                userId: string;
                strategyId: string | null;
                coinId: number | null;
                tag: string | null;
                comment: string;
                /** @description Epoch milliseconds, UTC */
                startsAtMs: number;
                /** @description Epoch milliseconds, UTC */
                endsAtMs: number;
                /** @enum {unknown} */
                state: 'scheduled' | 'active' | 'ended';
                mutedAlerts: number;
                /** @description Epoch milliseconds, UTC */
                createdAtMs: number;
              }[];
              inhibitions: {
                id: string;
                userId: string;
                name: string;
                enabled: boolean;
                sourceStrategyId: string;
                sourceCoinId: number | null;
                sameCoin: boolean;
                targetTags: string[] | null;
                targetStrategyIds: string[] | null;
                mutedAlerts: number;
                /** @description Epoch milliseconds, UTC */
                createdAtMs: number;
                /** @description Epoch milliseconds, UTC */
                updatedAtMs: number;
              }[];
              tokens: {
                id: string;
                name: string;
                /** @enum {unknown} */
                scope: 'read' | 'write';
                /** @description Epoch milliseconds, UTC */
                createdAtMs: number;
                expiresAtMs: number | null;
                lastUsedAtMs: number | null;
              }[];
              sessions: {
                id: string;
                /** @description Epoch milliseconds, UTC */
                createdAtMs: number;
                /** @description Epoch milliseconds, UTC */
                expiresAtMs: number;
                address: string | null;
                userAgent: string | null;
                current: boolean;
              }[];
              audit: {
                /** @description Epoch milliseconds, UTC */
                atMs: number;
                action: string;
                subjectId: string | null;
                detail: {
                  [key: string]: unknown;
                };
              }[];
              alerts: {
                id: string;
                sequence: string;
                userId: string;
                strategyId: string;
                strategyVersionId: string;
                strategyVersion: number;
                strategyName: string;
                coin: {
                  id: number;
                  symbol: string;
                  name: string;
                  slug: string;
                };
                /** @enum {unknown} */
                timeframe: '1m' | '5m' | '15m' | '30m' | '1h' | '4h' | '12h' | '1d' | '1w';
                /** @description Epoch milliseconds, UTC */
                triggeredAtMs: number;
                /** @description Epoch milliseconds, UTC */
                snapshotTakenAtMs: number;
                priceUsd: number;
                source: string;
                condition: string;
                explanation: string;
                values: {
                  text: string;
                  value: number | null;
                }[];
                candle: {
                  /** @enum {unknown} */
                  timeframe: '1m' | '5m' | '15m' | '30m' | '1h' | '4h' | '12h' | '1d' | '1w';
                  /** @description Epoch milliseconds, UTC */
                  openAtMs: number;
                  open: number;
                  high: number;
                  low: number;
                  close: number;
                  samples: number;
                } | null;
                late: boolean;
                mayRepaint: boolean;
                /** @description Epoch milliseconds, UTC */
                createdAtMs: number;
                notifications: {
                  id: string;
                  alertId: string;
                  channelId: string;
                  /** @enum {unknown} */
                  channelKind:
                    | 'sms'
                    | 'whatsapp'
                    | 'voice'
                    | 'webhook'
                    | 'log'
                    | 'email'
                    | 'telegram'
                    | 'discord'
                    | 'slack'
                    | 'ntfy'
                    | 'pushover'
                    | 'module'
                    | 'web_push';
                  /** @enum {unknown} */
                  state: 'queued' | 'sending' | 'sent' | 'delivered' | 'failed' | 'unknown' | 'not_sent';
                  attempts: number;
                  providerMessageId: string | null;
                  errorCode: string | null;
                  errorDetail: string | null;
                  /** @description Epoch milliseconds, UTC */
                  queuedAtMs: number;
                  sentAtMs: number | null;
                  deliveredAtMs: number | null;
                  /** @description Epoch milliseconds, UTC */
                  acknowledgedAtMs?: number;
                  digestId: string | null;
                  sentAs:
                    | (
                        | 'sms'
                        | 'whatsapp'
                        | 'voice'
                        | 'webhook'
                        | 'log'
                        | 'email'
                        | 'telegram'
                        | 'discord'
                        | 'slack'
                        | 'ntfy'
                        | 'pushover'
                        | 'module'
                        | 'web_push'
                      )
                    | null;
                  segments: number | null;
                  price: string | null;
                  currency: string | null;
                  priceEstimated: boolean | null;
                }[];
                /** @description Epoch milliseconds, UTC */
                acknowledgedAtMs?: number;
                acknowledgedBy?: string;
              }[];
              alertsBefore: string | null;
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/settings': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Your settings */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              timeZone: string;
              defaultChannelIds: string[];
              quietHours: {
                start: string;
                end: string;
                days: number[];
                /** @enum {unknown} */
                mode?: 'hold' | 'drop';
                machines?: boolean;
              } | null;
              currency: string;
              locale: string;
              caps: {
                messagesPerDay?: number;
                messagesPerMonth?: number;
                moneyPerDay?: string;
                moneyPerMonth?: string;
              } | null;
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    /** Change your settings */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            timeZone: string;
            defaultChannelIds: string[];
            quietHours?: {
              start: string;
              end: string;
              days: number[];
              /** @enum {unknown} */
              mode?: 'hold' | 'drop';
              machines?: boolean;
            } | null;
            currency?: string;
            locale?: string;
            caps?: {
              messagesPerDay?: number;
              messagesPerMonth?: number;
              moneyPerDay?: string;
              moneyPerMonth?: string;
            } | null;
          };
        };
      };
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              timeZone: string;
              defaultChannelIds: string[];
              quietHours: {
                start: string;
                end: string;
                days: number[];
                /** @enum {unknown} */
                mode?: 'hold' | 'drop';
                machines?: boolean;
              } | null;
              currency: string;
              locale: string;
              caps: {
                messagesPerDay?: number;
                messagesPerMonth?: number;
                moneyPerDay?: string;
                moneyPerMonth?: string;
              } | null;
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/channel-kinds': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What a channel can be on this uBot, the operator's own modules included */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              kinds: {
                kind: string;
                configured: boolean;
              }[];
              modules: {
                name: string;
                label: string;
                address: {
                  about: string;
                  pattern?: string;
                  fields?: {
                    [key: string]: string;
                  };
                };
              }[];
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/channels': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Your channels, oldest first */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              channels: {
                id: string;
                userId: string;
                name: string;
                target:
                  | {
                      /** @enum {string} */
                      kind: 'sms';
                      to: string;
                    }
                  | {
                      /** @enum {string} */
                      kind: 'whatsapp';
                      to: string;
                    }
                  | {
                      /** @enum {string} */
                      kind: 'voice';
                      to: string;
                    }
                  | {
                      /** @enum {string} */
                      kind: 'webhook';
                      url: string;
                    }
                  | {
                      /** @enum {string} */
                      kind: 'log';
                    }
                  | {
                      /** @enum {string} */
                      kind: 'email';
                      to: string;
                    }
                  | {
                      /** @enum {string} */
                      kind: 'telegram';
                      chatId: string;
                    }
                  | {
                      /** @enum {string} */
                      kind: 'discord';
                      webhookId: string;
                      webhookToken: string;
                    }
                  | {
                      /** @enum {string} */
                      kind: 'slack';
                      path: string;
                    }
                  | {
                      /** @enum {string} */
                      kind: 'ntfy';
                      server: string;
                      topic: string;
                      token?: string;
                    }
                  | {
                      /** @enum {string} */
                      kind: 'pushover';
                      userKey: string;
                    }
                  | {
                      /** @enum {string} */
                      kind: 'module';
                      module: string;
                      address:
                        | string
                        | {
                            [key: string]: string;
                          };
                    }
                  | {
                      /** @enum {string} */
                      kind: 'web_push';
                      endpoint: string;
                      keys: {
                        p256dh: string;
                        auth: string;
                      };
                    };
                enabled: boolean;
                verified: boolean;
                digest: {
                  waitMs: number;
                  intervalMs: number;
                } | null;
                options?: {
                  /** @enum {string} */
                  fallback?: 'sms';
                  picture?: boolean;
                };
                paused?: {
                  /** @enum {unknown} */
                  reason: 'opted_out' | 'unreachable';
                  detail: string;
                  /** @description Epoch milliseconds, UTC */
                  sinceMs: number;
                };
                /** @description Epoch milliseconds, UTC */
                createdAtMs: number;
                /** @description Epoch milliseconds, UTC */
                updatedAtMs: number;
              }[];
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    /** Add a channel; a webhook's signing secret is shown this once */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same request with the same key within 24 hours is done once, and gets the first answer again. */
          'Idempotency-Key'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            name: string;
            target:
              | {
                  /** @enum {string} */
                  kind: 'sms';
                  to: string;
                }
              | {
                  /** @enum {string} */
                  kind: 'whatsapp';
                  to: string;
                }
              | {
                  /** @enum {string} */
                  kind: 'voice';
                  to: string;
                }
              | {
                  /** @enum {string} */
                  kind: 'webhook';
                  url: string;
                }
              | {
                  /** @enum {string} */
                  kind: 'log';
                }
              | {
                  /** @enum {string} */
                  kind: 'email';
                  to: string;
                }
              | {
                  /** @enum {string} */
                  kind: 'telegram';
                  chatId: string;
                }
              | {
                  /** @enum {string} */
                  kind: 'discord';
                  webhookId: string;
                  webhookToken: string;
                }
              | {
                  /** @enum {string} */
                  kind: 'slack';
                  path: string;
                }
              | {
                  /** @enum {string} */
                  kind: 'ntfy';
                  server: string;
                  topic: string;
                  token?: string;
                }
              | {
                  /** @enum {string} */
                  kind: 'pushover';
                  userKey: string;
                }
              | {
                  /** @enum {string} */
                  kind: 'module';
                  module: string;
                  address:
                    | string
                    | {
                        [key: string]: string;
                      };
                }
              | {
                  /** @enum {string} */
                  kind: 'web_push';
                  endpoint: string;
                  keys: {
                    p256dh: string;
                    auth: string;
                  };
                };
            enabled?: boolean;
            digest?: {
              waitMs: number;
              intervalMs: number;
            } | null;
            options?: {
              /** @enum {string} */
              fallback?: 'sms';
              picture?: boolean;
            };
          };
        };
      };
      responses: {
        /** @description Created */
        201: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              userId: string;
              name: string;
              target:
                | {
                    /** @enum {string} */
                    kind: 'sms';
                    to: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'whatsapp';
                    to: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'voice';
                    to: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'webhook';
                    url: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'log';
                  }
                | {
                    /** @enum {string} */
                    kind: 'email';
                    to: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'telegram';
                    chatId: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'discord';
                    webhookId: string;
                    webhookToken: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'slack';
                    path: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'ntfy';
                    server: string;
                    topic: string;
                    token?: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'pushover';
                    userKey: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'module';
                    module: string;
                    address:
                      | string
                      | {
                          [key: string]: string;
                        };
                  }
                | {
                    /** @enum {string} */
                    kind: 'web_push';
                    endpoint: string;
                    keys: {
                      p256dh: string;
                      auth: string;
                    };
                  };
              enabled: boolean;
              verified: boolean;
              digest: {
                waitMs: number;
                intervalMs: number;
              } | null;
              options?: {
                /** @enum {string} */
                fallback?: 'sms';
                picture?: boolean;
              };
              paused?: {
                /** @enum {unknown} */
                reason: 'opted_out' | 'unreachable';
                detail: string;
                /** @description Epoch milliseconds, UTC */
                sinceMs: number;
              };
              /** @description Epoch milliseconds, UTC */
              createdAtMs: number;
              /** @description Epoch milliseconds, UTC */
              updatedAtMs: number;
              signingSecret: string | null;
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/push-key': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What a browser subscribes to push messages with, for a channel of the kind web_push */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              publicKey: string;
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/channels/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One channel */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              userId: string;
              name: string;
              target:
                | {
                    /** @enum {string} */
                    kind: 'sms';
                    to: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'whatsapp';
                    to: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'voice';
                    to: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'webhook';
                    url: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'log';
                  }
                | {
                    /** @enum {string} */
                    kind: 'email';
                    to: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'telegram';
                    chatId: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'discord';
                    webhookId: string;
                    webhookToken: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'slack';
                    path: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'ntfy';
                    server: string;
                    topic: string;
                    token?: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'pushover';
                    userKey: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'module';
                    module: string;
                    address:
                      | string
                      | {
                          [key: string]: string;
                        };
                  }
                | {
                    /** @enum {string} */
                    kind: 'web_push';
                    endpoint: string;
                    keys: {
                      p256dh: string;
                      auth: string;
                    };
                  };
              enabled: boolean;
              verified: boolean;
              digest: {
                waitMs: number;
                intervalMs: number;
              } | null;
              options?: {
                /** @enum {string} */
                fallback?: 'sms';
                picture?: boolean;
              };
              paused?: {
                /** @enum {unknown} */
                reason: 'opted_out' | 'unreachable';
                detail: string;
                /** @description Epoch milliseconds, UTC */
                sinceMs: number;
              };
              /** @description Epoch milliseconds, UTC */
              createdAtMs: number;
              /** @description Epoch milliseconds, UTC */
              updatedAtMs: number;
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    /** Change a channel; its kind stays */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            name: string;
            target:
              | {
                  /** @enum {string} */
                  kind: 'sms';
                  to: string;
                }
              | {
                  /** @enum {string} */
                  kind: 'whatsapp';
                  to: string;
                }
              | {
                  /** @enum {string} */
                  kind: 'voice';
                  to: string;
                }
              | {
                  /** @enum {string} */
                  kind: 'webhook';
                  url: string;
                }
              | {
                  /** @enum {string} */
                  kind: 'log';
                }
              | {
                  /** @enum {string} */
                  kind: 'email';
                  to: string;
                }
              | {
                  /** @enum {string} */
                  kind: 'telegram';
                  chatId: string;
                }
              | {
                  /** @enum {string} */
                  kind: 'discord';
                  webhookId: string;
                  webhookToken: string;
                }
              | {
                  /** @enum {string} */
                  kind: 'slack';
                  path: string;
                }
              | {
                  /** @enum {string} */
                  kind: 'ntfy';
                  server: string;
                  topic: string;
                  token?: string;
                }
              | {
                  /** @enum {string} */
                  kind: 'pushover';
                  userKey: string;
                }
              | {
                  /** @enum {string} */
                  kind: 'module';
                  module: string;
                  address:
                    | string
                    | {
                        [key: string]: string;
                      };
                }
              | {
                  /** @enum {string} */
                  kind: 'web_push';
                  endpoint: string;
                  keys: {
                    p256dh: string;
                    auth: string;
                  };
                };
            enabled?: boolean;
            digest?: {
              waitMs: number;
              intervalMs: number;
            } | null;
            options?: {
              /** @enum {string} */
              fallback?: 'sms';
              picture?: boolean;
            };
          };
        };
      };
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              userId: string;
              name: string;
              target:
                | {
                    /** @enum {string} */
                    kind: 'sms';
                    to: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'whatsapp';
                    to: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'voice';
                    to: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'webhook';
                    url: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'log';
                  }
                | {
                    /** @enum {string} */
                    kind: 'email';
                    to: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'telegram';
                    chatId: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'discord';
                    webhookId: string;
                    webhookToken: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'slack';
                    path: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'ntfy';
                    server: string;
                    topic: string;
                    token?: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'pushover';
                    userKey: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'module';
                    module: string;
                    address:
                      | string
                      | {
                          [key: string]: string;
                        };
                  }
                | {
                    /** @enum {string} */
                    kind: 'web_push';
                    endpoint: string;
                    keys: {
                      p256dh: string;
                      auth: string;
                    };
                  };
              enabled: boolean;
              verified: boolean;
              digest: {
                waitMs: number;
                intervalMs: number;
              } | null;
              options?: {
                /** @enum {string} */
                fallback?: 'sms';
                picture?: boolean;
              };
              paused?: {
                /** @enum {unknown} */
                reason: 'opted_out' | 'unreachable';
                detail: string;
                /** @description Epoch milliseconds, UTC */
                sinceMs: number;
              };
              /** @description Epoch milliseconds, UTC */
              createdAtMs: number;
              /** @description Epoch milliseconds, UTC */
              updatedAtMs: number;
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    post?: never;
    /** Delete a channel */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Nothing */
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/channels/{id}/resume': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Resume a channel that was paused because nothing got there */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same request with the same key within 24 hours is done once, and gets the first answer again. */
          'Idempotency-Key'?: string;
        };
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              userId: string;
              name: string;
              target:
                | {
                    /** @enum {string} */
                    kind: 'sms';
                    to: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'whatsapp';
                    to: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'voice';
                    to: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'webhook';
                    url: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'log';
                  }
                | {
                    /** @enum {string} */
                    kind: 'email';
                    to: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'telegram';
                    chatId: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'discord';
                    webhookId: string;
                    webhookToken: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'slack';
                    path: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'ntfy';
                    server: string;
                    topic: string;
                    token?: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'pushover';
                    userKey: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'module';
                    module: string;
                    address:
                      | string
                      | {
                          [key: string]: string;
                        };
                  }
                | {
                    /** @enum {string} */
                    kind: 'web_push';
                    endpoint: string;
                    keys: {
                      p256dh: string;
                      auth: string;
                    };
                  };
              enabled: boolean;
              verified: boolean;
              digest: {
                waitMs: number;
                intervalMs: number;
              } | null;
              options?: {
                /** @enum {string} */
                fallback?: 'sms';
                picture?: boolean;
              };
              paused?: {
                /** @enum {unknown} */
                reason: 'opted_out' | 'unreachable';
                detail: string;
                /** @description Epoch milliseconds, UTC */
                sinceMs: number;
              };
              /** @description Epoch milliseconds, UTC */
              createdAtMs: number;
              /** @description Epoch milliseconds, UTC */
              updatedAtMs: number;
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/channels/{id}/test': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send a message that says it is a test, and see what the provider says */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same request with the same key within 24 hours is done once, and gets the first answer again. */
          'Idempotency-Key'?: string;
        };
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              text: string;
              providerStatus: string | null;
              segments: number | null;
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/channels/{id}/verification': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send a code to a phone, or a challenge to a webhook, to show that it is yours */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same request with the same key within 24 hours is done once, and gets the first answer again. */
          'Idempotency-Key'?: string;
        };
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              verified: boolean;
              /** @description Epoch milliseconds, UTC */
              expiresAtMs: number;
              sendsLeft: number;
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/channels/{id}/verification/check': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Give the code that was sent to a channel */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same request with the same key within 24 hours is done once, and gets the first answer again. */
          'Idempotency-Key'?: string;
        };
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            code: string;
          };
        };
      };
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              userId: string;
              name: string;
              target:
                | {
                    /** @enum {string} */
                    kind: 'sms';
                    to: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'whatsapp';
                    to: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'voice';
                    to: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'webhook';
                    url: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'log';
                  }
                | {
                    /** @enum {string} */
                    kind: 'email';
                    to: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'telegram';
                    chatId: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'discord';
                    webhookId: string;
                    webhookToken: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'slack';
                    path: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'ntfy';
                    server: string;
                    topic: string;
                    token?: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'pushover';
                    userKey: string;
                  }
                | {
                    /** @enum {string} */
                    kind: 'module';
                    module: string;
                    address:
                      | string
                      | {
                          [key: string]: string;
                        };
                  }
                | {
                    /** @enum {string} */
                    kind: 'web_push';
                    endpoint: string;
                    keys: {
                      p256dh: string;
                      auth: string;
                    };
                  };
              enabled: boolean;
              verified: boolean;
              digest: {
                waitMs: number;
                intervalMs: number;
              } | null;
              options?: {
                /** @enum {string} */
                fallback?: 'sms';
                picture?: boolean;
              };
              paused?: {
                /** @enum {unknown} */
                reason: 'opted_out' | 'unreachable';
                detail: string;
                /** @description Epoch milliseconds, UTC */
                sinceMs: number;
              };
              /** @description Epoch milliseconds, UTC */
              createdAtMs: number;
              /** @description Epoch milliseconds, UTC */
              updatedAtMs: number;
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/watchlists': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Your watchlists, oldest first */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              watchlists: {
                id: string;
                userId: string;
                name: string;
                coinIds: number[];
                /** @description Epoch milliseconds, UTC */
                createdAtMs: number;
                /** @description Epoch milliseconds, UTC */
                updatedAtMs: number;
              }[];
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    /** Add a watchlist: a name and coins in your order */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same request with the same key within 24 hours is done once, and gets the first answer again. */
          'Idempotency-Key'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            name: string;
            coinIds: number[];
          };
        };
      };
      responses: {
        /** @description Created */
        201: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              userId: string;
              name: string;
              coinIds: number[];
              /** @description Epoch milliseconds, UTC */
              createdAtMs: number;
              /** @description Epoch milliseconds, UTC */
              updatedAtMs: number;
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/watchlists/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One watchlist */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              userId: string;
              name: string;
              coinIds: number[];
              /** @description Epoch milliseconds, UTC */
              createdAtMs: number;
              /** @description Epoch milliseconds, UTC */
              updatedAtMs: number;
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    /** Change a watchlist: its name and all of its coins */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            name: string;
            coinIds: number[];
          };
        };
      };
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              userId: string;
              name: string;
              coinIds: number[];
              /** @description Epoch milliseconds, UTC */
              createdAtMs: number;
              /** @description Epoch milliseconds, UTC */
              updatedAtMs: number;
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    post?: never;
    /** Delete a watchlist */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Nothing */
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/strategies': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Your strategies, oldest first */
    get: {
      parameters: {
        query?: {
          limit?: number;
          after?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              strategies: {
                id: string;
                userId: string;
                version: number;
                versionId: string;
                name: string;
                enabled: boolean;
                universe:
                  | {
                      /** @enum {string} */
                      kind: 'coins';
                      ids: number[];
                    }
                  | {
                      /** @enum {string} */
                      kind: 'top';
                      count: number;
                    }
                  | {
                      /** @enum {string} */
                      kind: 'all';
                    }
                  | {
                      /** @enum {string} */
                      kind: 'watchlist';
                      id: string;
                    };
                /** @enum {unknown} */
                timeframe: '1m' | '5m' | '15m' | '30m' | '1h' | '4h' | '12h' | '1d' | '1w';
                indicators: {
                  name: string;
                  expression: string;
                }[];
                condition: string;
                message: string | null;
                channelIds: string[];
                tags: string[];
                urgent: boolean;
                trigger: {
                  /** @enum {unknown} */
                  on: 'candle_close' | 'snapshot';
                  /** @enum {unknown} */
                  fires: 'on_change' | 'while_true' | 'once';
                  for:
                    | (
                        | {
                            ms: number;
                          }
                        | {
                            candles: number;
                          }
                      )
                    | null;
                  cooldownMs: number;
                  rearm: string | null;
                  expiresAtMs: number | null;
                  maxPerDay: number | null;
                  maxAgeMs: number;
                };
                /** @description Epoch milliseconds, UTC */
                createdAtMs: number;
                /** @description Epoch milliseconds, UTC */
                updatedAtMs: number;
              }[];
              nextAfter: string | null;
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    /** Add a strategy */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same request with the same key within 24 hours is done once, and gets the first answer again. */
          'Idempotency-Key'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            name: string;
            universe:
              | {
                  /** @enum {string} */
                  kind: 'coins';
                  ids: number[];
                }
              | {
                  /** @enum {string} */
                  kind: 'top';
                  count: number;
                }
              | {
                  /** @enum {string} */
                  kind: 'all';
                }
              | {
                  /** @enum {string} */
                  kind: 'watchlist';
                  id: string;
                };
            /** @enum {unknown} */
            timeframe: '1m' | '5m' | '15m' | '30m' | '1h' | '4h' | '12h' | '1d' | '1w';
            condition: string;
            enabled?: boolean;
            indicators?: {
              name: string;
              expression: string;
            }[];
            trigger?: {
              /** @enum {unknown} */
              on?: 'candle_close' | 'snapshot';
              /** @enum {unknown} */
              fires?: 'on_change' | 'while_true' | 'once';
              for?:
                | (
                    | {
                        ms: number;
                      }
                    | {
                        candles: number;
                      }
                  )
                | null;
              cooldownMs?: number;
              rearm?: string | null;
              expiresAtMs?: number | null;
              maxPerDay?: number | null;
              maxAgeMs?: number;
            };
            message?: string | null;
            channelIds?: string[];
            tags?: string[];
            urgent?: boolean;
          };
        };
      };
      responses: {
        /** @description Created */
        201: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              userId: string;
              version: number;
              versionId: string;
              name: string;
              enabled: boolean;
              universe:
                | {
                    /** @enum {string} */
                    kind: 'coins';
                    ids: number[];
                  }
                | {
                    /** @enum {string} */
                    kind: 'top';
                    count: number;
                  }
                | {
                    /** @enum {string} */
                    kind: 'all';
                  }
                | {
                    /** @enum {string} */
                    kind: 'watchlist';
                    id: string;
                  };
              /** @enum {unknown} */
              timeframe: '1m' | '5m' | '15m' | '30m' | '1h' | '4h' | '12h' | '1d' | '1w';
              indicators: {
                name: string;
                expression: string;
              }[];
              condition: string;
              message: string | null;
              channelIds: string[];
              tags: string[];
              urgent: boolean;
              trigger: {
                /** @enum {unknown} */
                on: 'candle_close' | 'snapshot';
                /** @enum {unknown} */
                fires: 'on_change' | 'while_true' | 'once';
                for:
                  | (
                      | {
                          ms: number;
                        }
                      | {
                          candles: number;
                        }
                    )
                  | null;
                cooldownMs: number;
                rearm: string | null;
                expiresAtMs: number | null;
                maxPerDay: number | null;
                maxAgeMs: number;
              };
              /** @description Epoch milliseconds, UTC */
              createdAtMs: number;
              /** @description Epoch milliseconds, UTC */
              updatedAtMs: number;
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/strategies/check': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Check a condition without saving it: every mistake and warning, with its place in the text */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same request with the same key within 24 hours is done once, and gets the first answer again. */
          'Idempotency-Key'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            condition: string;
            /** @enum {unknown} */
            timeframe?: '1m' | '5m' | '15m' | '30m' | '1h' | '4h' | '12h' | '1d' | '1w';
            indicators?: {
              name: string;
              expression: string;
            }[];
            /** @enum {unknown} */
            on?: 'candle_close' | 'snapshot';
            message?: string | null;
          };
        };
      };
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              ok: boolean;
              diagnostics: {
                /** @enum {unknown} */
                field: 'condition' | 'message';
                code: string;
                /** @enum {unknown} */
                severity: 'error' | 'warning';
                from: number;
                to: number;
                message: string;
                hint: string | null;
              }[];
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/strategies/preview': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Which coins a strategy that need not be saved matches now, by which values; which are near or not known yet */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same request with the same key within 24 hours is done once, and gets the first answer again. */
          'Idempotency-Key'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            name?: string;
            universe:
              | {
                  /** @enum {string} */
                  kind: 'coins';
                  ids: number[];
                }
              | {
                  /** @enum {string} */
                  kind: 'top';
                  count: number;
                }
              | {
                  /** @enum {string} */
                  kind: 'all';
                }
              | {
                  /** @enum {string} */
                  kind: 'watchlist';
                  id: string;
                };
            /** @enum {unknown} */
            timeframe: '1m' | '5m' | '15m' | '30m' | '1h' | '4h' | '12h' | '1d' | '1w';
            condition: string;
            enabled?: boolean;
            indicators?: {
              name: string;
              expression: string;
            }[];
            trigger?: {
              /** @enum {unknown} */
              on?: 'candle_close' | 'snapshot';
              /** @enum {unknown} */
              fires?: 'on_change' | 'while_true' | 'once';
              for?:
                | (
                    | {
                        ms: number;
                      }
                    | {
                        candles: number;
                      }
                  )
                | null;
              cooldownMs?: number;
              rearm?: string | null;
              expiresAtMs?: number | null;
              maxPerDay?: number | null;
              maxAgeMs?: number;
            };
            message?: string | null;
            channelIds?: string[];
            tags?: string[];
            urgent?: boolean;
          };
        };
      };
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @description Epoch milliseconds, UTC */
              snapshotTakenAtMs: number;
              source: string;
              evaluatedAtMs: number | null;
              coinCount: number;
              matching: {
                count: number;
                coins: {
                  coin: {
                    id: number;
                    symbol: string;
                    name: string;
                    slug: string;
                    rank: number | null;
                  };
                  priceUsd: number | null;
                  sentence: string;
                  values: {
                    text: string;
                    value: number | null;
                  }[];
                }[];
              };
              notMatching: {
                count: number;
                nearest: {
                  coin: {
                    id: number;
                    symbol: string;
                    name: string;
                    slug: string;
                    rank: number | null;
                  };
                  priceUsd: number | null;
                  sentence: string;
                  values: {
                    text: string;
                    value: number | null;
                  }[];
                  distancePct: number;
                }[];
              };
              notKnown: {
                count: number;
                reasons: {
                  /** @enum {unknown} */
                  reason: 'warming_up' | 'no_value' | 'not_observed';
                  part: string | null;
                  /** @enum {unknown} */
                  timeframe: '1m' | '5m' | '15m' | '30m' | '1h' | '4h' | '12h' | '1d' | '1w';
                  candlesNeeded: number;
                  count: number;
                  coins: {
                    coin: {
                      id: number;
                      symbol: string;
                      name: string;
                      slug: string;
                      rank: number | null;
                    };
                    candles: number;
                  }[];
                }[];
              };
              stale: {
                count: number;
                coins: {
                  id: number;
                  symbol: string;
                  name: string;
                  slug: string;
                  rank: number | null;
                }[];
              };
              warnings: {
                /** @enum {unknown} */
                field: 'condition' | 'message';
                code: string;
                /** @enum {unknown} */
                severity: 'error' | 'warning';
                from: number;
                to: number;
                message: string;
                hint: string | null;
              }[];
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/strategies/preview-message': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** A message as each kind of channel gets it, on the strategy's newest alert, else on a made example */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same request with the same key within 24 hours is done once, and gets the first answer again. */
          'Idempotency-Key'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            message?: string | null;
            strategyId?: string;
          };
        };
      };
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              example: boolean;
              alertId: string | null;
              messages: {
                /** @enum {unknown} */
                kind:
                  | 'sms'
                  | 'whatsapp'
                  | 'voice'
                  | 'webhook'
                  | 'log'
                  | 'email'
                  | 'telegram'
                  | 'discord'
                  | 'slack'
                  | 'ntfy'
                  | 'pushover'
                  | 'module'
                  | 'web_push';
                title: string;
                text: string;
                shown: string;
                shortened: boolean;
                characters: number;
                limit: {
                  most: number;
                  /** @enum {unknown} */
                  unit: 'characters' | 'bytes';
                } | null;
                sms: {
                  /** @enum {unknown} */
                  encoding: 'GSM-7' | 'UCS-2';
                  segments: number;
                } | null;
              }[];
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/strategies/apply': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Make your strategies what a file says, all of it or nothing; `dryRun` only tells the differences */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same request with the same key within 24 hours is done once, and gets the first answer again. */
          'Idempotency-Key'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            set?: string;
            strategies: {
              id?: string;
              name: string;
              universe:
                | {
                    /** @enum {string} */
                    kind: 'coins';
                    ids: number[];
                  }
                | {
                    /** @enum {string} */
                    kind: 'top';
                    count: number;
                  }
                | {
                    /** @enum {string} */
                    kind: 'all';
                  }
                | {
                    /** @enum {string} */
                    kind: 'watchlist';
                    id: string;
                  };
              /** @enum {unknown} */
              timeframe: '1m' | '5m' | '15m' | '30m' | '1h' | '4h' | '12h' | '1d' | '1w';
              condition: string;
              enabled?: boolean;
              indicators?: {
                name: string;
                expression: string;
              }[];
              trigger?: {
                /** @enum {unknown} */
                on?: 'candle_close' | 'snapshot';
                /** @enum {unknown} */
                fires?: 'on_change' | 'while_true' | 'once';
                for?:
                  | (
                      | {
                          ms: number;
                        }
                      | {
                          candles: number;
                        }
                    )
                  | null;
                cooldownMs?: number;
                rearm?: string | null;
                expiresAtMs?: number | null;
                maxPerDay?: number | null;
                maxAgeMs?: number;
              };
              message?: string | null;
              channelIds?: string[];
              tags?: string[];
              urgent?: boolean;
              channels?: string[];
            }[];
            dryRun?: boolean;
            prune?: boolean;
          };
        };
      };
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              dryRun: boolean;
              changes: {
                /** @enum {unknown} */
                action: 'create' | 'change' | 'delete' | 'unchanged';
                name: string;
                strategyId: string | null;
                fields: {
                  field: string;
                  before: unknown;
                  after: unknown;
                }[];
              }[];
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/strategies/export': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Your strategies as a file that can be applied */
    get: {
      parameters: {
        query?: {
          set?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              set?: string;
              strategies: {
                id?: string;
                name: string;
                universe:
                  | {
                      /** @enum {string} */
                      kind: 'coins';
                      ids: number[];
                    }
                  | {
                      /** @enum {string} */
                      kind: 'top';
                      count: number;
                    }
                  | {
                      /** @enum {string} */
                      kind: 'all';
                    }
                  | {
                      /** @enum {string} */
                      kind: 'watchlist';
                      id: string;
                    };
                /** @enum {unknown} */
                timeframe: '1m' | '5m' | '15m' | '30m' | '1h' | '4h' | '12h' | '1d' | '1w';
                condition: string;
                enabled?: boolean;
                indicators?: {
                  name: string;
                  expression: string;
                }[];
                trigger?: {
                  /** @enum {unknown} */
                  on?: 'candle_close' | 'snapshot';
                  /** @enum {unknown} */
                  fires?: 'on_change' | 'while_true' | 'once';
                  for?:
                    | (
                        | {
                            ms: number;
                          }
                        | {
                            candles: number;
                          }
                      )
                    | null;
                  cooldownMs?: number;
                  rearm?: string | null;
                  expiresAtMs?: number | null;
                  maxPerDay?: number | null;
                  maxAgeMs?: number;
                };
                message?: string | null;
                channelIds?: string[];
                tags?: string[];
                urgent?: boolean;
                channels?: string[];
              }[];
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/strategies/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One strategy */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              userId: string;
              version: number;
              versionId: string;
              name: string;
              enabled: boolean;
              universe:
                | {
                    /** @enum {string} */
                    kind: 'coins';
                    ids: number[];
                  }
                | {
                    /** @enum {string} */
                    kind: 'top';
                    count: number;
                  }
                | {
                    /** @enum {string} */
                    kind: 'all';
                  }
                | {
                    /** @enum {string} */
                    kind: 'watchlist';
                    id: string;
                  };
              /** @enum {unknown} */
              timeframe: '1m' | '5m' | '15m' | '30m' | '1h' | '4h' | '12h' | '1d' | '1w';
              indicators: {
                name: string;
                expression: string;
              }[];
              condition: string;
              message: string | null;
              channelIds: string[];
              tags: string[];
              urgent: boolean;
              trigger: {
                /** @enum {unknown} */
                on: 'candle_close' | 'snapshot';
                /** @enum {unknown} */
                fires: 'on_change' | 'while_true' | 'once';
                for:
                  | (
                      | {
                          ms: number;
                        }
                      | {
                          candles: number;
                        }
                    )
                  | null;
                cooldownMs: number;
                rearm: string | null;
                expiresAtMs: number | null;
                maxPerDay: number | null;
                maxAgeMs: number;
              };
              /** @description Epoch milliseconds, UTC */
              createdAtMs: number;
              /** @description Epoch milliseconds, UTC */
              updatedAtMs: number;
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    /** Change a strategy: a new version, unless it is only switched on or off */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            name: string;
            universe:
              | {
                  /** @enum {string} */
                  kind: 'coins';
                  ids: number[];
                }
              | {
                  /** @enum {string} */
                  kind: 'top';
                  count: number;
                }
              | {
                  /** @enum {string} */
                  kind: 'all';
                }
              | {
                  /** @enum {string} */
                  kind: 'watchlist';
                  id: string;
                };
            /** @enum {unknown} */
            timeframe: '1m' | '5m' | '15m' | '30m' | '1h' | '4h' | '12h' | '1d' | '1w';
            condition: string;
            enabled?: boolean;
            indicators?: {
              name: string;
              expression: string;
            }[];
            trigger?: {
              /** @enum {unknown} */
              on?: 'candle_close' | 'snapshot';
              /** @enum {unknown} */
              fires?: 'on_change' | 'while_true' | 'once';
              for?:
                | (
                    | {
                        ms: number;
                      }
                    | {
                        candles: number;
                      }
                  )
                | null;
              cooldownMs?: number;
              rearm?: string | null;
              expiresAtMs?: number | null;
              maxPerDay?: number | null;
              maxAgeMs?: number;
            };
            message?: string | null;
            channelIds?: string[];
            tags?: string[];
            urgent?: boolean;
          };
        };
      };
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              userId: string;
              version: number;
              versionId: string;
              name: string;
              enabled: boolean;
              universe:
                | {
                    /** @enum {string} */
                    kind: 'coins';
                    ids: number[];
                  }
                | {
                    /** @enum {string} */
                    kind: 'top';
                    count: number;
                  }
                | {
                    /** @enum {string} */
                    kind: 'all';
                  }
                | {
                    /** @enum {string} */
                    kind: 'watchlist';
                    id: string;
                  };
              /** @enum {unknown} */
              timeframe: '1m' | '5m' | '15m' | '30m' | '1h' | '4h' | '12h' | '1d' | '1w';
              indicators: {
                name: string;
                expression: string;
              }[];
              condition: string;
              message: string | null;
              channelIds: string[];
              tags: string[];
              urgent: boolean;
              trigger: {
                /** @enum {unknown} */
                on: 'candle_close' | 'snapshot';
                /** @enum {unknown} */
                fires: 'on_change' | 'while_true' | 'once';
                for:
                  | (
                      | {
                          ms: number;
                        }
                      | {
                          candles: number;
                        }
                    )
                  | null;
                cooldownMs: number;
                rearm: string | null;
                expiresAtMs: number | null;
                maxPerDay: number | null;
                maxAgeMs: number;
              };
              /** @description Epoch milliseconds, UTC */
              createdAtMs: number;
              /** @description Epoch milliseconds, UTC */
              updatedAtMs: number;
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    post?: never;
    /** Delete a strategy */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Nothing */
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/strategies/{id}/versions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What a strategy was in each of its versions, newest first */
    get: {
      parameters: {
        query?: {
          limit?: number;
          before?: number;
        };
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              versions: {
                version: number;
                versionId: string;
                name: string;
                universe:
                  | {
                      /** @enum {string} */
                      kind: 'coins';
                      ids: number[];
                    }
                  | {
                      /** @enum {string} */
                      kind: 'top';
                      count: number;
                    }
                  | {
                      /** @enum {string} */
                      kind: 'all';
                    }
                  | {
                      /** @enum {string} */
                      kind: 'watchlist';
                      id: string;
                    };
                /** @enum {unknown} */
                timeframe: '1m' | '5m' | '15m' | '30m' | '1h' | '4h' | '12h' | '1d' | '1w';
                indicators: {
                  name: string;
                  expression: string;
                }[];
                condition: string;
                trigger: {
                  /** @enum {unknown} */
                  on: 'candle_close' | 'snapshot';
                  /** @enum {unknown} */
                  fires: 'on_change' | 'while_true' | 'once';
                  for:
                    | (
                        | {
                            ms: number;
                          }
                        | {
                            candles: number;
                          }
                      )
                    | null;
                  cooldownMs: number;
                  rearm: string | null;
                  expiresAtMs: number | null;
                  maxPerDay: number | null;
                  maxAgeMs: number;
                };
                message: string | null;
                channelIds: string[];
                tags: string[];
                urgent: boolean;
                /** @description Epoch milliseconds, UTC */
                createdAtMs: number;
              }[];
              nextBefore: number | null;
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/strategies/{id}/enable': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Switch a strategy on */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same request with the same key within 24 hours is done once, and gets the first answer again. */
          'Idempotency-Key'?: string;
        };
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              userId: string;
              version: number;
              versionId: string;
              name: string;
              enabled: boolean;
              universe:
                | {
                    /** @enum {string} */
                    kind: 'coins';
                    ids: number[];
                  }
                | {
                    /** @enum {string} */
                    kind: 'top';
                    count: number;
                  }
                | {
                    /** @enum {string} */
                    kind: 'all';
                  }
                | {
                    /** @enum {string} */
                    kind: 'watchlist';
                    id: string;
                  };
              /** @enum {unknown} */
              timeframe: '1m' | '5m' | '15m' | '30m' | '1h' | '4h' | '12h' | '1d' | '1w';
              indicators: {
                name: string;
                expression: string;
              }[];
              condition: string;
              message: string | null;
              channelIds: string[];
              tags: string[];
              urgent: boolean;
              trigger: {
                /** @enum {unknown} */
                on: 'candle_close' | 'snapshot';
                /** @enum {unknown} */
                fires: 'on_change' | 'while_true' | 'once';
                for:
                  | (
                      | {
                          ms: number;
                        }
                      | {
                          candles: number;
                        }
                    )
                  | null;
                cooldownMs: number;
                rearm: string | null;
                expiresAtMs: number | null;
                maxPerDay: number | null;
                maxAgeMs: number;
              };
              /** @description Epoch milliseconds, UTC */
              createdAtMs: number;
              /** @description Epoch milliseconds, UTC */
              updatedAtMs: number;
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/strategies/{id}/pause': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Switch a strategy off; it keeps its versions */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same request with the same key within 24 hours is done once, and gets the first answer again. */
          'Idempotency-Key'?: string;
        };
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              userId: string;
              version: number;
              versionId: string;
              name: string;
              enabled: boolean;
              universe:
                | {
                    /** @enum {string} */
                    kind: 'coins';
                    ids: number[];
                  }
                | {
                    /** @enum {string} */
                    kind: 'top';
                    count: number;
                  }
                | {
                    /** @enum {string} */
                    kind: 'all';
                  }
                | {
                    /** @enum {string} */
                    kind: 'watchlist';
                    id: string;
                  };
              /** @enum {unknown} */
              timeframe: '1m' | '5m' | '15m' | '30m' | '1h' | '4h' | '12h' | '1d' | '1w';
              indicators: {
                name: string;
                expression: string;
              }[];
              condition: string;
              message: string | null;
              channelIds: string[];
              tags: string[];
              urgent: boolean;
              trigger: {
                /** @enum {unknown} */
                on: 'candle_close' | 'snapshot';
                /** @enum {unknown} */
                fires: 'on_change' | 'while_true' | 'once';
                for:
                  | (
                      | {
                          ms: number;
                        }
                      | {
                          candles: number;
                        }
                    )
                  | null;
                cooldownMs: number;
                rearm: string | null;
                expiresAtMs: number | null;
                maxPerDay: number | null;
                maxAgeMs: number;
              };
              /** @description Epoch milliseconds, UTC */
              createdAtMs: number;
              /** @description Epoch milliseconds, UTC */
              updatedAtMs: number;
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/strategies/{id}/duplicate': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** A copy of a strategy, switched off */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same request with the same key within 24 hours is done once, and gets the first answer again. */
          'Idempotency-Key'?: string;
        };
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            name?: string;
          };
        };
      };
      responses: {
        /** @description Created */
        201: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              userId: string;
              version: number;
              versionId: string;
              name: string;
              enabled: boolean;
              universe:
                | {
                    /** @enum {string} */
                    kind: 'coins';
                    ids: number[];
                  }
                | {
                    /** @enum {string} */
                    kind: 'top';
                    count: number;
                  }
                | {
                    /** @enum {string} */
                    kind: 'all';
                  }
                | {
                    /** @enum {string} */
                    kind: 'watchlist';
                    id: string;
                  };
              /** @enum {unknown} */
              timeframe: '1m' | '5m' | '15m' | '30m' | '1h' | '4h' | '12h' | '1d' | '1w';
              indicators: {
                name: string;
                expression: string;
              }[];
              condition: string;
              message: string | null;
              channelIds: string[];
              tags: string[];
              urgent: boolean;
              trigger: {
                /** @enum {unknown} */
                on: 'candle_close' | 'snapshot';
                /** @enum {unknown} */
                fires: 'on_change' | 'while_true' | 'once';
                for:
                  | (
                      | {
                          ms: number;
                        }
                      | {
                          candles: number;
                        }
                    )
                  | null;
                cooldownMs: number;
                rearm: string | null;
                expiresAtMs: number | null;
                maxPerDay: number | null;
                maxAgeMs: number;
              };
              /** @description Epoch milliseconds, UTC */
              createdAtMs: number;
              /** @description Epoch milliseconds, UTC */
              updatedAtMs: number;
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/quotas': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How much your account allows, and how much of it is used */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              limits: {
                strategies: number;
                allCoinStrategies: number;
                alertsPerDay: number;
                caps: {
                  messagesPerDay?: number;
                  messagesPerMonth?: number;
                  moneyPerDay?: string;
                  moneyPerMonth?: string;
                };
              };
              used: {
                strategies: number;
                allCoinStrategies: number;
              };
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/admin/users/{id}/quotas': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A user's quotas; operators only */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              limits: {
                strategies: number;
                allCoinStrategies: number;
                alertsPerDay: number;
                caps: {
                  messagesPerDay?: number;
                  messagesPerMonth?: number;
                  moneyPerDay?: string;
                  moneyPerMonth?: string;
                };
              };
              used: {
                strategies: number;
                allCoinStrategies: number;
              };
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    /** Set a user's quotas; what is left out is the configured default. Operators only */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            strategies?: number;
            allCoinStrategies?: number;
            alertsPerDay?: number;
            caps?: {
              messagesPerDay?: number;
              messagesPerMonth?: number;
              moneyPerDay?: string;
              moneyPerMonth?: string;
            };
          };
        };
      };
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              limits: {
                strategies: number;
                allCoinStrategies: number;
                alertsPerDay: number;
                caps: {
                  messagesPerDay?: number;
                  messagesPerMonth?: number;
                  moneyPerDay?: string;
                  moneyPerMonth?: string;
                };
              };
              used: {
                strategies: number;
                allCoinStrategies: number;
              };
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/costs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What your messages of a month cost, by channel, and how much of your caps is used */
    get: {
      parameters: {
        query?: {
          month?: string;
          format?: 'json' | 'csv';
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              month: string;
              timeZone: string;
              currency: string | null;
              messages: number;
              segments: number;
              totals: {
                currency: string;
                amount: string;
                estimatedAmount: string;
              }[];
              lines: {
                channelId: string;
                channelName: string | null;
                /** @enum {unknown} */
                kind:
                  | 'sms'
                  | 'whatsapp'
                  | 'voice'
                  | 'webhook'
                  | 'log'
                  | 'email'
                  | 'telegram'
                  | 'discord'
                  | 'slack'
                  | 'ntfy'
                  | 'pushover'
                  | 'module'
                  | 'web_push';
                messages: number;
                segments: number;
                currency: string | null;
                amount: string;
                estimatedAmount: string;
              }[];
              caps: {
                /** @enum {unknown} */
                setBy: 'user' | 'operator' | 'everybody';
                /** @enum {unknown} */
                what: 'messages' | 'money';
                /** @enum {unknown} */
                period: 'day' | 'month';
                limit: string;
                used: string;
                /** @description Epoch milliseconds, UTC */
                endsAtMs: number;
              }[];
              notices: {
                id: string;
                /** @enum {unknown} */
                kind: 'over_cap';
                text: string;
                /** @description Epoch milliseconds, UTC */
                atMs: number;
              }[];
            };
            'text/csv': string;
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/admin/costs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What the messages of a month cost, by user; operators only */
    get: {
      parameters: {
        query?: {
          month?: string;
          format?: 'json' | 'csv';
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              month: string;
              currency: string | null;
              messages: number;
              segments: number;
              totals: {
                currency: string;
                amount: string;
                estimatedAmount: string;
              }[];
              lines: {
                userId: string;
                email: string | null;
                /** @enum {unknown} */
                kind:
                  | 'sms'
                  | 'whatsapp'
                  | 'voice'
                  | 'webhook'
                  | 'log'
                  | 'email'
                  | 'telegram'
                  | 'discord'
                  | 'slack'
                  | 'ntfy'
                  | 'pushover'
                  | 'module'
                  | 'web_push';
                messages: number;
                segments: number;
                currency: string | null;
                amount: string;
                estimatedAmount: string;
              }[];
              caps: {
                /** @enum {unknown} */
                setBy: 'user' | 'operator' | 'everybody';
                /** @enum {unknown} */
                what: 'messages' | 'money';
                /** @enum {unknown} */
                period: 'day' | 'month';
                limit: string;
                used: string;
                /** @description Epoch milliseconds, UTC */
                endsAtMs: number;
              }[];
            };
            'text/csv': string;
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/alerts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Your alerts with their deliveries, newest first */
    get: {
      parameters: {
        query?: {
          limit?: number;
          before?: string;
          strategyId?: string;
          coinId?: number;
          mutedBy?: string;
          /** @description Epoch milliseconds, UTC */
          from?: number;
          /** @description Epoch milliseconds, UTC */
          to?: number;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              alerts: {
                id: string;
                sequence: string;
                userId: string;
                strategyId: string;
                strategyVersionId: string;
                strategyVersion: number;
                strategyName: string;
                coin: {
                  id: number;
                  symbol: string;
                  name: string;
                  slug: string;
                };
                /** @enum {unknown} */
                timeframe: '1m' | '5m' | '15m' | '30m' | '1h' | '4h' | '12h' | '1d' | '1w';
                /** @description Epoch milliseconds, UTC */
                triggeredAtMs: number;
                /** @description Epoch milliseconds, UTC */
                snapshotTakenAtMs: number;
                priceUsd: number;
                source: string;
                condition: string;
                explanation: string;
                values: {
                  text: string;
                  value: number | null;
                }[];
                candle: {
                  /** @enum {unknown} */
                  timeframe: '1m' | '5m' | '15m' | '30m' | '1h' | '4h' | '12h' | '1d' | '1w';
                  /** @description Epoch milliseconds, UTC */
                  openAtMs: number;
                  open: number;
                  high: number;
                  low: number;
                  close: number;
                  samples: number;
                } | null;
                late: boolean;
                mayRepaint: boolean;
                /** @description Epoch milliseconds, UTC */
                createdAtMs: number;
                notifications: {
                  id: string;
                  alertId: string;
                  channelId: string;
                  /** @enum {unknown} */
                  channelKind:
                    | 'sms'
                    | 'whatsapp'
                    | 'voice'
                    | 'webhook'
                    | 'log'
                    | 'email'
                    | 'telegram'
                    | 'discord'
                    | 'slack'
                    | 'ntfy'
                    | 'pushover'
                    | 'module'
                    | 'web_push';
                  /** @enum {unknown} */
                  state: 'queued' | 'sending' | 'sent' | 'delivered' | 'failed' | 'unknown' | 'not_sent';
                  attempts: number;
                  providerMessageId: string | null;
                  errorCode: string | null;
                  errorDetail: string | null;
                  /** @description Epoch milliseconds, UTC */
                  queuedAtMs: number;
                  sentAtMs: number | null;
                  deliveredAtMs: number | null;
                  /** @description Epoch milliseconds, UTC */
                  acknowledgedAtMs?: number;
                  digestId: string | null;
                  sentAs:
                    | (
                        | 'sms'
                        | 'whatsapp'
                        | 'voice'
                        | 'webhook'
                        | 'log'
                        | 'email'
                        | 'telegram'
                        | 'discord'
                        | 'slack'
                        | 'ntfy'
                        | 'pushover'
                        | 'module'
                        | 'web_push'
                      )
                    | null;
                  segments: number | null;
                  price: string | null;
                  currency: string | null;
                  priceEstimated: boolean | null;
                }[];
                /** @description Epoch milliseconds, UTC */
                acknowledgedAtMs?: number;
                acknowledgedBy?: string;
              }[];
              nextBefore: string | null;
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/alerts/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One alert with its deliveries */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              sequence: string;
              userId: string;
              strategyId: string;
              strategyVersionId: string;
              strategyVersion: number;
              strategyName: string;
              coin: {
                id: number;
                symbol: string;
                name: string;
                slug: string;
              };
              /** @enum {unknown} */
              timeframe: '1m' | '5m' | '15m' | '30m' | '1h' | '4h' | '12h' | '1d' | '1w';
              /** @description Epoch milliseconds, UTC */
              triggeredAtMs: number;
              /** @description Epoch milliseconds, UTC */
              snapshotTakenAtMs: number;
              priceUsd: number;
              source: string;
              condition: string;
              explanation: string;
              values: {
                text: string;
                value: number | null;
              }[];
              candle: {
                /** @enum {unknown} */
                timeframe: '1m' | '5m' | '15m' | '30m' | '1h' | '4h' | '12h' | '1d' | '1w';
                /** @description Epoch milliseconds, UTC */
                openAtMs: number;
                open: number;
                high: number;
                low: number;
                close: number;
                samples: number;
              } | null;
              late: boolean;
              mayRepaint: boolean;
              /** @description Epoch milliseconds, UTC */
              createdAtMs: number;
              notifications: {
                id: string;
                alertId: string;
                channelId: string;
                /** @enum {unknown} */
                channelKind:
                  | 'sms'
                  | 'whatsapp'
                  | 'voice'
                  | 'webhook'
                  | 'log'
                  | 'email'
                  | 'telegram'
                  | 'discord'
                  | 'slack'
                  | 'ntfy'
                  | 'pushover'
                  | 'module'
                  | 'web_push';
                /** @enum {unknown} */
                state: 'queued' | 'sending' | 'sent' | 'delivered' | 'failed' | 'unknown' | 'not_sent';
                attempts: number;
                providerMessageId: string | null;
                errorCode: string | null;
                errorDetail: string | null;
                /** @description Epoch milliseconds, UTC */
                queuedAtMs: number;
                sentAtMs: number | null;
                deliveredAtMs: number | null;
                /** @description Epoch milliseconds, UTC */
                acknowledgedAtMs?: number;
                digestId: string | null;
                sentAs:
                  | (
                      | 'sms'
                      | 'whatsapp'
                      | 'voice'
                      | 'webhook'
                      | 'log'
                      | 'email'
                      | 'telegram'
                      | 'discord'
                      | 'slack'
                      | 'ntfy'
                      | 'pushover'
                      | 'module'
                      | 'web_push'
                    )
                  | null;
                segments: number | null;
                price: string | null;
                currency: string | null;
                priceEstimated: boolean | null;
              }[];
              /** @description Epoch milliseconds, UTC */
              acknowledgedAtMs?: number;
              acknowledgedBy?: string;
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/notifications': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What became of each message to each channel, newest first */
    get: {
      parameters: {
        query?: {
          limit?: number;
          before?: string;
          state?: 'queued' | 'sending' | 'sent' | 'delivered' | 'failed' | 'unknown' | 'not_sent';
          channelId?: string;
          alertId?: string;
          /** @description Epoch milliseconds, UTC */
          from?: number;
          /** @description Epoch milliseconds, UTC */
          to?: number;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              notifications: {
                id: string;
                alertId: string;
                channelId: string;
                /** @enum {unknown} */
                channelKind:
                  | 'sms'
                  | 'whatsapp'
                  | 'voice'
                  | 'webhook'
                  | 'log'
                  | 'email'
                  | 'telegram'
                  | 'discord'
                  | 'slack'
                  | 'ntfy'
                  | 'pushover'
                  | 'module'
                  | 'web_push';
                /** @enum {unknown} */
                state: 'queued' | 'sending' | 'sent' | 'delivered' | 'failed' | 'unknown' | 'not_sent';
                attempts: number;
                providerMessageId: string | null;
                errorCode: string | null;
                errorDetail: string | null;
                /** @description Epoch milliseconds, UTC */
                queuedAtMs: number;
                sentAtMs: number | null;
                deliveredAtMs: number | null;
                /** @description Epoch milliseconds, UTC */
                acknowledgedAtMs?: number;
                digestId: string | null;
                sentAs:
                  | (
                      | 'sms'
                      | 'whatsapp'
                      | 'voice'
                      | 'webhook'
                      | 'log'
                      | 'email'
                      | 'telegram'
                      | 'discord'
                      | 'slack'
                      | 'ntfy'
                      | 'pushover'
                      | 'module'
                      | 'web_push'
                    )
                  | null;
                segments: number | null;
                price: string | null;
                currency: string | null;
                priceEstimated: boolean | null;
              }[];
              nextBefore: string | null;
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/decisions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Why a strategy did, or did not, send an alert for a coin, now or at a past time */
    get: {
      parameters: {
        query: {
          strategyId: string;
          coinId: number;
          /** @description Epoch milliseconds, UTC */
          atMs?: number;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              strategyId: string;
              strategyVersion: number;
              coinId: number;
              /** @enum {unknown} */
              reason:
                | 'sent'
                | 'not_true'
                | 'not_warm'
                | 'stale'
                | 'pending'
                | 'cooling_down'
                | 'not_rearmed'
                | 'silenced'
                | 'over_daily_cap'
                | 'over_account_quota'
                | 'expired'
                | 'already_fired'
                | 'too_late'
                | 'not_in_universe'
                | 'not_created'
                | 'not_stored';
              sentence: string;
              evaluatedAtMs: number | null;
              values: {
                text: string;
                value: number | null;
              }[];
              channelProblems?: {
                channelId: string;
                /** @enum {unknown} */
                code: 'CHANNEL_UNVERIFIED' | 'CHANNEL_GONE';
                sentence: string;
              }[];
              past?: {
                /** @description Epoch milliseconds, UTC */
                askedAtMs: number;
                /** @enum {unknown} */
                basis: 'alert' | 'stored_decision' | 'evaluated_again' | 'nothing';
                alertId: string | null;
                notifications: {
                  id: string;
                  alertId: string;
                  channelId: string;
                  /** @enum {unknown} */
                  channelKind:
                    | 'sms'
                    | 'whatsapp'
                    | 'voice'
                    | 'webhook'
                    | 'log'
                    | 'email'
                    | 'telegram'
                    | 'discord'
                    | 'slack'
                    | 'ntfy'
                    | 'pushover'
                    | 'module'
                    | 'web_push';
                  /** @enum {unknown} */
                  state: 'queued' | 'sending' | 'sent' | 'delivered' | 'failed' | 'unknown' | 'not_sent';
                  attempts: number;
                  providerMessageId: string | null;
                  errorCode: string | null;
                  errorDetail: string | null;
                  /** @description Epoch milliseconds, UTC */
                  queuedAtMs: number;
                  sentAtMs: number | null;
                  deliveredAtMs: number | null;
                  /** @description Epoch milliseconds, UTC */
                  acknowledgedAtMs?: number;
                  digestId: string | null;
                  sentAs:
                    | (
                        | 'sms'
                        | 'whatsapp'
                        | 'voice'
                        | 'webhook'
                        | 'log'
                        | 'email'
                        | 'telegram'
                        | 'discord'
                        | 'slack'
                        | 'ntfy'
                        | 'pushover'
                        | 'module'
                        | 'web_push'
                      )
                    | null;
                  segments: number | null;
                  price: string | null;
                  currency: string | null;
                  priceEstimated: boolean | null;
                }[];
                candle: {
                  /** @enum {unknown} */
                  timeframe: '1m' | '5m' | '15m' | '30m' | '1h' | '4h' | '12h' | '1d' | '1w';
                  /** @description Epoch milliseconds, UTC */
                  openAtMs: number;
                  open: number;
                  high: number;
                  low: number;
                  close: number;
                  samples: number;
                } | null;
                notes: string[];
              };
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/alerts/{id}/acknowledge': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Say that you have seen an alert: what waits of its messages is not sent any more */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same request with the same key within 24 hours is done once, and gets the first answer again. */
          'Idempotency-Key'?: string;
        };
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              alertId: string;
              /** @description Epoch milliseconds, UTC */
              acknowledgedAtMs: number;
              /** @enum {unknown} */
              acknowledgedBy: 'api' | 'link' | 'call';
              already: boolean;
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/alerts/{id}/snooze': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Silence the alert's strategy for its coin: 15 minutes, 1 hour, 4 hours or a day */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same request with the same key within 24 hours is done once, and gets the first answer again. */
          'Idempotency-Key'?: string;
        };
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            /** @enum {unknown} */
            durationMs: 900000 | 3600000 | 14400000 | 86400000;
          };
        };
      };
      responses: {
        /** @description Created */
        201: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              userId: string;
              strategyId: string | null;
              coinId: number | null;
              tag: string | null;
              comment: string;
              /** @description Epoch milliseconds, UTC */
              startsAtMs: number;
              /** @description Epoch milliseconds, UTC */
              endsAtMs: number;
              /** @enum {unknown} */
              state: 'scheduled' | 'active' | 'ended';
              mutedAlerts: number;
              /** @description Epoch milliseconds, UTC */
              createdAtMs: number;
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/silences': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Your silences, newest first; those that have ended are kept for 90 days */
    get: {
      parameters: {
        query?: {
          state?: 'scheduled' | 'active' | 'ended';
          limit?: number;
          before?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              silences: {
                id: string;
                userId: string;
                strategyId: string | null;
                coinId: number | null;
                tag: string | null;
                comment: string;
                /** @description Epoch milliseconds, UTC */
                startsAtMs: number;
                /** @description Epoch milliseconds, UTC */
                endsAtMs: number;
                /** @enum {unknown} */
                state: 'scheduled' | 'active' | 'ended';
                mutedAlerts: number;
                /** @description Epoch milliseconds, UTC */
                createdAtMs: number;
              }[];
              nextBefore: string | null;
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    /** Silence a strategy, a coin, a tag, any combination of them, or everything, for a time */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same request with the same key within 24 hours is done once, and gets the first answer again. */
          'Idempotency-Key'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            strategyId?: string | null;
            coinId?: number | null;
            tag?: string | null;
            /** @description Epoch milliseconds, UTC */
            startsAtMs?: number;
            /** @description Epoch milliseconds, UTC */
            endsAtMs: number;
            comment?: string;
          };
        };
      };
      responses: {
        /** @description Created */
        201: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              userId: string;
              strategyId: string | null;
              coinId: number | null;
              tag: string | null;
              comment: string;
              /** @description Epoch milliseconds, UTC */
              startsAtMs: number;
              /** @description Epoch milliseconds, UTC */
              endsAtMs: number;
              /** @enum {unknown} */
              state: 'scheduled' | 'active' | 'ended';
              mutedAlerts: number;
              /** @description Epoch milliseconds, UTC */
              createdAtMs: number;
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/silences/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One silence, with the number of alerts that it muted */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              userId: string;
              strategyId: string | null;
              coinId: number | null;
              tag: string | null;
              comment: string;
              /** @description Epoch milliseconds, UTC */
              startsAtMs: number;
              /** @description Epoch milliseconds, UTC */
              endsAtMs: number;
              /** @enum {unknown} */
              state: 'scheduled' | 'active' | 'ended';
              mutedAlerts: number;
              /** @description Epoch milliseconds, UTC */
              createdAtMs: number;
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    post?: never;
    /** End a silence now */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Nothing */
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/inhibitions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Your rules by which a strategy that fires mutes others, oldest first, and whether they mute now */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              inhibitions: {
                id: string;
                userId: string;
                name: string;
                enabled: boolean;
                sourceStrategyId: string;
                sourceCoinId: number | null;
                sameCoin: boolean;
                targetTags: string[] | null;
                targetStrategyIds: string[] | null;
                active: boolean;
                mutedAlerts: number;
                /** @description Epoch milliseconds, UTC */
                createdAtMs: number;
                /** @description Epoch milliseconds, UTC */
                updatedAtMs: number;
              }[];
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    /** Mute other strategies while one fires: all, those with a tag, or named ones */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same request with the same key within 24 hours is done once, and gets the first answer again. */
          'Idempotency-Key'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            name: string;
            sourceStrategyId: string;
            enabled?: boolean;
            sourceCoinId?: number | null;
            sameCoin?: boolean;
            targetTags?: string[] | null;
            targetStrategyIds?: string[] | null;
          };
        };
      };
      responses: {
        /** @description Created */
        201: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              userId: string;
              name: string;
              enabled: boolean;
              sourceStrategyId: string;
              sourceCoinId: number | null;
              sameCoin: boolean;
              targetTags: string[] | null;
              targetStrategyIds: string[] | null;
              active: boolean;
              mutedAlerts: number;
              /** @description Epoch milliseconds, UTC */
              createdAtMs: number;
              /** @description Epoch milliseconds, UTC */
              updatedAtMs: number;
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/inhibitions/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Change such a rule, or switch it off and on */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            name: string;
            sourceStrategyId: string;
            enabled?: boolean;
            sourceCoinId?: number | null;
            sameCoin?: boolean;
            targetTags?: string[] | null;
            targetStrategyIds?: string[] | null;
          };
        };
      };
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              userId: string;
              name: string;
              enabled: boolean;
              sourceStrategyId: string;
              sourceCoinId: number | null;
              sameCoin: boolean;
              targetTags: string[] | null;
              targetStrategyIds: string[] | null;
              active: boolean;
              mutedAlerts: number;
              /** @description Epoch milliseconds, UTC */
              createdAtMs: number;
              /** @description Epoch milliseconds, UTC */
              updatedAtMs: number;
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    post?: never;
    /** Remove such a rule */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Nothing */
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/coins': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Coins by id, symbol, slug or name, best first; says when a symbol is shared */
    get: {
      parameters: {
        query?: {
          search?: string;
          limit?: number;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: number;
              symbol: string;
              name: string;
              slug: string;
              rank: number | null;
              /** @enum {unknown} */
              match: 'id' | 'symbol' | 'slug' | 'name' | 'beginning' | 'inside';
              symbolSharedWith: number;
            }[];
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/coins/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One coin by its CoinMarketCap id */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: number;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: number;
              symbol: string;
              name: string;
              slug: string;
              rank: number | null;
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/coins/{id}/candles': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A coin's candles, oldest first, the open one included */
    get: {
      parameters: {
        query: {
          timeframe: '1m' | '5m' | '15m' | '30m' | '1h' | '4h' | '12h' | '1d' | '1w';
          limit?: number;
          /** @description Epoch milliseconds, UTC */
          from?: number;
          /** @description Epoch milliseconds, UTC */
          to?: number;
          /** @description Epoch milliseconds, UTC */
          before?: number;
          format?: 'json' | 'csv';
        };
        header?: never;
        path: {
          id: number;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              coinId: number;
              /** @enum {unknown} */
              timeframe: '1m' | '5m' | '15m' | '30m' | '1h' | '4h' | '12h' | '1d' | '1w';
              candles: {
                /** @description Epoch milliseconds, UTC */
                openAtMs: number;
                open: number;
                high: number;
                low: number;
                close: number;
                volume24hUsd: number | null;
                marketCapUsd: number | null;
                samples: number;
                closed: boolean;
              }[];
            };
            'text/csv': string;
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/global': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The whole market: capitalisation, volume, dominance */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @description Epoch milliseconds, UTC */
              takenAtMs: number;
              source: string;
              label: string;
              demo: boolean;
              global: {
                totalMarketCapUsd: number | null;
                totalVolume24hUsd: number | null;
                btcDominancePct: number | null;
                ethDominancePct: number | null;
                providerTimeMs: number | null;
              };
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/global/candles': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Candles of one figure of the whole market, oldest first */
    get: {
      parameters: {
        query: {
          metric: 'total_market_cap' | 'total_volume_24h' | 'btc_dominance' | 'eth_dominance';
          timeframe: '1m' | '5m' | '15m' | '30m' | '1h' | '4h' | '12h' | '1d' | '1w';
          limit?: number;
          /** @description Epoch milliseconds, UTC */
          from?: number;
          /** @description Epoch milliseconds, UTC */
          to?: number;
          /** @description Epoch milliseconds, UTC */
          before?: number;
          format?: 'json' | 'csv';
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @enum {unknown} */
              metric: 'total_market_cap' | 'total_volume_24h' | 'btc_dominance' | 'eth_dominance';
              /** @enum {unknown} */
              timeframe: '1m' | '5m' | '15m' | '30m' | '1h' | '4h' | '12h' | '1d' | '1w';
              candles: {
                /** @description Epoch milliseconds, UTC */
                openAtMs: number;
                open: number;
                high: number;
                low: number;
                close: number;
                samples: number;
                closed: boolean;
              }[];
            };
            'text/csv': string;
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/sources': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Where the prices come from, how often, how old they are */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              name: string;
              label: string;
              demo: boolean;
              active: boolean;
              schedule: string;
              creditsLeft: number | null;
              lastPollAtMs: number | null;
              lastFailure: {
                code: string;
                detail: string;
                /** @description Epoch milliseconds, UTC */
                atMs: number;
              } | null;
              market: {
                source: string;
                label: string;
                demo: boolean;
                snapshotId: string;
                /** @description Epoch milliseconds, UTC */
                takenAtMs: number;
                ageMs: number;
                stale: boolean;
                pollIntervalMs: number;
              } | null;
            }[];
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/admin/users': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Users by address, a hundred after `after` */
    get: {
      parameters: {
        query?: {
          search?: string;
          after?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              users: {
                id: string;
                email: string;
                name: string;
                /** @enum {unknown} */
                role: 'user' | 'operator';
                emailVerified: boolean;
                secondFactor: boolean;
                disabled: boolean;
                /** @description Epoch milliseconds, UTC */
                createdAtMs: number;
                lastSignInAtMs: number | null;
                strategies: number;
              }[];
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/admin/users/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Change a user's role, or switch the account off (which ends its sessions at once) */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            /** @enum {unknown} */
            role: 'user' | 'operator';
            disabled: boolean;
          };
        };
      };
      responses: {
        /** @description Nothing */
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/admin/invitations': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Invitations, newest first */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              invitations: {
                id: string;
                email: string;
                /** @enum {unknown} */
                role: 'user' | 'operator';
                /** @description Epoch milliseconds, UTC */
                createdAtMs: number;
                /** @description Epoch milliseconds, UTC */
                expiresAtMs: number;
                usedAtMs: number | null;
              }[];
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    /** Invite somebody; the link is shown this once, and mailed where mail is set up */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same request with the same key within 24 hours is done once, and gets the first answer again. */
          'Idempotency-Key'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            email: string;
            /** @enum {unknown} */
            role?: 'user' | 'operator';
          };
        };
      };
      responses: {
        /** @description Created */
        201: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              id: string;
              email: string;
              /** @enum {unknown} */
              role: 'user' | 'operator';
              /** @description Epoch milliseconds, UTC */
              createdAtMs: number;
              /** @description Epoch milliseconds, UTC */
              expiresAtMs: number;
              usedAtMs: number | null;
              url: string;
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/admin/invitations/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Withdraw an invitation */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Nothing */
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/admin/links': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Links that no mail could carry, to pass on by hand */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              links: {
                id: string;
                email: string;
                /** @enum {unknown} */
                purpose: 'verify_email' | 'reset_password' | 'invitation';
                url: string;
                /** @description Epoch milliseconds, UTC */
                createdAtMs: number;
                /** @description Epoch milliseconds, UTC */
                expiresAtMs: number;
              }[];
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/sign-out': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** End this session */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same request with the same key within 24 hours is done once, and gets the first answer again. */
          'Idempotency-Key'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Nothing */
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/issuer/start': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Go and sign in at the issuer (for a browser) */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Nothing */
        302: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/issuer/link': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Link your account to one at the issuer: open the address in the answer */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same request with the same key within 24 hours is done once, and gets the first answer again. */
          'Idempotency-Key'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              url: string;
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/admin/health': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Every service with its version and what it waits for, the sources, what waits to be delivered, and what is wrong */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              ready: boolean;
              services: (
                | {
                    service: string;
                    version: string;
                    runtime: string;
                    /** @description Epoch milliseconds, UTC */
                    startedAtMs: number;
                    waitingFor: string[];
                    /** @enum {boolean} */
                    reachable: true;
                    answeredInMs: number;
                  }
                | {
                    service: string;
                    /** @enum {boolean} */
                    reachable: false;
                    detail: string;
                  }
              )[];
              sources:
                | {
                    name: string;
                    label: string;
                    demo: boolean;
                    active: boolean;
                    schedule: string;
                    creditsLeft: number | null;
                    lastPollAtMs: number | null;
                    lastFailure: {
                      code: string;
                      detail: string;
                      /** @description Epoch milliseconds, UTC */
                      atMs: number;
                    } | null;
                    market: {
                      source: string;
                      label: string;
                      demo: boolean;
                      snapshotId: string;
                      /** @description Epoch milliseconds, UTC */
                      takenAtMs: number;
                      ageMs: number;
                      stale: boolean;
                      pollIntervalMs: number;
                    } | null;
                  }[]
                | null;
              queue: {
                queued: number;
                sending: number;
                unknown: number;
                oldestDueMs: number;
              } | null;
              incidents:
                | {
                    id: string;
                    kind: string;
                    subject: string;
                    detail: string;
                    /** @description Epoch milliseconds, UTC */
                    sinceMs: number;
                  }[]
                | null;
            };
          };
        };
        /** @description As the If-None-Match of the request has it */
        304: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/graphql': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** GraphQL over the same use cases: see docs/api.md */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same request with the same key within 24 hours is done once, and gets the first answer again. */
          'Idempotency-Key'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            query: string;
            operationName?: string | null;
            variables?: {
              [key: string]: unknown;
            } | null;
            extensions?: {
              [key: string]: unknown;
            } | null;
          };
        };
      };
      responses: {
        /** @description OK */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              data?: {
                [key: string]: unknown;
              } | null;
              errors?: {
                message: string;
              }[];
            };
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/callbacks/twilio/{notificationId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Twilio's status callback; believed only with a valid X-Twilio-Signature */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          notificationId: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Nothing */
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/callbacks/twilio/voice/{notificationId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** The key that somebody pressed in a call; believed only with a valid X-Twilio-Signature */
    post: {
      parameters: {
        query?: {
          language?: string;
        };
        header?: never;
        path: {
          notificationId: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description TwiML */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'text/xml': string;
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/callbacks/twilio/inbound': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** What somebody wrote to the operator's number; believed only with a valid X-Twilio-Signature */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description TwiML */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'text/xml': string;
          };
        };
        '4XX': components['responses']['Problem'];
        '5XX': components['responses']['Problem'];
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    Problem: {
      type: string;
      title: string;
      status: number;
      code: string;
      detail: string;
      requestId: string;
      errors?: unknown[];
    };
  };
  responses: {
    /** @description What went wrong: a code of docs/errors.md, in words, with particulars where there are any. */
    Problem: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['Problem'];
      };
    };
  };
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
