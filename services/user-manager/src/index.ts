export { buildUserManager, type UserManager, type UserManagerDeps } from './app.ts';
export { USER_MANAGER_CONFIG, readUserManagerConfig, type UserManagerConfig } from './config.ts';
export { type OneTimePassword } from './operator.ts';
