import type { Texts } from '../texts.ts';

export const push: Texts['push'] = {
  title: 'Notifications dans ce navigateur',
  about_off: 'Les alertes arrivent comme notifications du système, même quand uBot est fermé.',
  about_on: 'Les alertes arrivent ici comme notifications du système, même quand uBot est fermé.',
  about_denied: 'Elles sont bloquées pour cette adresse. Autorisez-les dans les réglages du navigateur.',
  about_unsupported:
    'Ce navigateur n’en a pas à cette adresse. Il faut https (ou localhost) ; sur iPhone, ajoutez d’abord uBot à l’écran d’accueil.',
  switchOn: 'Activer',
  on: 'actives',
  nowOn: 'Les alertes arrivent désormais dans ce navigateur.',
  unsupported: 'Ce navigateur n’a pas de notifications à cette adresse : il faut https, ou localhost.',
  denied: 'Les notifications sont bloquées pour cette adresse dans votre navigateur.',
  serviceAway:
    'Le service de notification de votre navigateur est injoignable d’ici. Un autre navigateur peut marcher.',
};
