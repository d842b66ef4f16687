import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { queries } from './api/api.ts';
import './styles/tokens.css';
import './styles/base.css';
import './ui/ui.css';
import { startWorker } from './shell/notices.ts';
import { startTexts } from './texts/i18n.ts';

startWorker();
await startTexts();
const place = document.getElementById('app');
if (place === null) throw new Error('index.html has no #app');
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
