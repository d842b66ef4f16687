export { buildGateway, type Gateway, type GatewayDeps } from './app.ts';
export { GATEWAY_CONFIG, readGatewayConfig, type GatewayConfig } from './config.ts';
