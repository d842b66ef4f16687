import { createInstance } from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import { useCallback } from 'react';
import { recall, remember } from '../lib/storage.ts';
import { en } from './en/index.ts';
import type { Texts } from './texts.ts';

/** The languages of the app, in their own names. */
export const LANGUAGES = { en: 'English', fr: 'Français' } as const;
export type Language = keyof typeof LANGUAGES;

type Topics = { [T in keyof typeof en]: `${T}.${PluralFree<Extract<keyof (typeof en)[T], string>>}` };
type PluralFree<K extends string> = K extends `${infer Base}_${'one' | 'other'}` ? Base : K;
/** Every text by topic and name: "market.title". */
export type TextKey = Topics[keyof Topics];
type Values = Readonly<Record<string, string | number>>;

const i18n = createInstance();
const isLanguage = (value: string | null | undefined): value is Language => value === 'en' || value === 'fr';

function chosen(): Language {
  const kept = recall('language');
  if (isLanguage(kept)) return kept;
  const wished = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
  return wished.find(isLanguage) ?? 'en';
}

/** English is part of the app; every other language comes when it is chosen. */
const LOADERS: Readonly<Record<Language, () => Promise<Texts>>> = {
  en: async () => en,
  fr: async () => (await import('./fr/index.ts')).fr,
};

export async function startTexts(): Promise<void> {
  await i18n.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    // React escapes what it shows.
    interpolation: { escapeValue: false },
  });
  await showIn(chosen());
}

async function showIn(language: Language): Promise<void> {
  if (!i18n.hasResourceBundle(language, 'translation')) {
    i18n.addResourceBundle(language, 'translation', await LOADERS[language]());
  }
  await i18n.changeLanguage(language);
  document.documentElement.lang = language;
}

export async function chooseLanguage(language: Language): Promise<void> {
  remember('language', language);
  await showIn(language);
}

export const currentLanguage = (): Language => (isLanguage(i18n.language) ? i18n.language : 'en');

/** A text outside of a component; in one, `useText` follows the language. */
export const text = (key: TextKey, values?: Values): string => i18n.t(key, values ?? {});

export function useText(): (key: TextKey, values?: Values) => string {
  const { t } = useTranslation('translation', { i18n });
  // The same function until the language changes: lists pass it to their rows.
  return useCallback((key, values) => t(key, values ?? {}), [t]);
}
