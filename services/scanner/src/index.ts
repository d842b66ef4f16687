export { buildScanner, type ScannerDeps, type ScannerService } from './app.ts';
export { SCANNER_CONFIG, readScannerConfig, type ScannerConfig } from './config.ts';
