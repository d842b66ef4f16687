import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { repositoryRoot } from './process.ts';

interface ComposeService {
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
}

export interface ServiceDefinition {
  readonly name: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const PRODUCT = ['user-manager', 'mother-app', 'scanner', 'notifier', 'gateway'] as const;

/**
 * The five services exactly as docker-compose.yml has them: command and variables. Only what a container network and a
 * container file system give is replaced: service host names become 127.0.0.1, and /run/secrets becomes `secretsDir`.
 * `variables` are what an operator would put into .env; `${NAME:-default}` is resolved as compose does.
 */
export function servicesOfCompose(options: {
  secretsDir: string;
  variables: Readonly<Record<string, string>>;
}): ServiceDefinition[] {
  const file = parse(readFileSync(join(repositoryRoot, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
    services: Record<string, ComposeService>;
  };
  const resolve = (text: string): string =>
    text
      .replace(/\$\{(\w+):-([^}]*)\}/g, (_, name: string, fallback: string) => options.variables[name] || fallback)
      .replace(/http:\/\/(mother-app|scanner|user-manager|notifier|gateway):/g, 'http://127.0.0.1:')
      .replace(/^\/run\/secrets\//, `${options.secretsDir}/`);

  return PRODUCT.map((name) => {
    const service = file.services[name];
    if (service?.command === undefined) throw new Error(`docker-compose.yml has no command for ${name}`);
    const env = Object.fromEntries(
      Object.entries(service.environment ?? {}).map(([key, value]) => [key, resolve(String(value))]),
    );
    return { name, command: service.command, env };
  });
}
