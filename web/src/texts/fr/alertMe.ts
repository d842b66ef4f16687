import type { Texts } from '../texts.ts';

export const alertMe: Texts['alertMe'] = {
  title: 'Alerte sur {{name}}',
  button: 'M’alerter',
  sentence: 'Prévenez-moi quand {{name}} est',
  coin: 'Monnaie',
  direction: 'Sens',
  above: 'au-dessus de',
  below: 'au-dessous de',
  price: 'Prix en dollars US',
  wrongPrice: 'Un prix au-dessus de 0, s’il vous plaît.',
  now: 'Maintenant {{price}}. Vérifié à chaque relevé ; vous êtes prévenu une fois.',
  make: 'Créer l’alerte',
  name: '{{name}} {{direction}} {{price}}',
  made: '« {{name}} » veille.',
  notices: 'Me prévenir dans ce navigateur, même quand uBot est fermé',
  noticesDenied: 'Les notifications sont bloquées pour cette adresse ; les alertes s’affichent dans uBot.',
  firstTitle: 'Créez votre première alerte',
  firstAbout:
    'Une stratégie est une phrase sur une monnaie. Commencez par un prix : vous la verrez arriver en une minute.',
  later: 'Plus tard',
};
