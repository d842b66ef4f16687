import type { Texts } from '../texts.ts';

export const costs: Texts['costs'] = {
  title: 'Coûts du mois',
  messages_one: '{{count}} message',
  messages_other: '{{count}} messages',
  segments: '{{count}} segments de SMS',
  free: 'rien pour l’instant',
  estimated: 'Une partie est estimée jusqu’à ce que le fournisseur donne son prix.',
  soFar: '{{amount}} ce mois-ci',
  cap_messages_day: 'Messages par jour',
  cap_messages_month: 'Messages par mois',
  cap_money_day: 'Argent par jour',
  cap_money_month: 'Argent par mois',
  setBy_user: 'votre propre plafond',
  setBy_operator: 'plafond de l’opérateur par utilisateur',
  setBy_everybody: 'plafond de l’opérateur pour tous ensemble',
  anew: 'repart le {{time}}',
  usedOf: '{{used}} sur {{limit}}',
  table: 'En tableau (CSV)',
  gone: 'un compte supprimé',
  spending: 'Dépenses',
  month: 'Mois',
  noPrices: 'Aucun prix n’est fixé : les coûts ne sont que ce que disent les fournisseurs. UBOT_PRICES_FILE les fixe.',
  none: 'Aucun message compté ce mois-ci.',
  caps: 'Plafonds',
  capsAbout:
    'Rien ne part au-delà : le reste est dans la liste des alertes, avec cette raison. Vide : aucun plafond à vous.',
};
