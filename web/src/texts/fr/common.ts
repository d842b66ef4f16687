import type { Texts } from '../texts.ts';

export const shell: Texts['shell'] = {
  skip: 'Aller au contenu',
  mainNavigation: 'Principale',
  market: 'Marché',
  account: 'Compte',
  signOut: 'Se déconnecter',
  apiReference: 'Référence de l’API',
  language: 'Langue',
  theme: 'Apparence',
  themeSystem: 'Système',
  themeLight: 'Clair',
  themeDark: 'Sombre',
  more: 'Plus',
  shortcuts: 'Raccourcis clavier',
  close: 'Fermer',
  cancel: 'Annuler',
  save: 'Enregistrer',
  delete: 'Supprimer',
  dismiss: 'Masquer',
};

export const keys: Texts['keys'] = {
  title: 'Raccourcis clavier',
  search: 'Chercher une monnaie',
  help: 'Afficher cette liste',
  market: 'Aller au marché',
  rows: 'Parcourir les lignes d’une liste',
  open: 'Ouvrir la ligne',
  escape: 'Fermer, ou vider la recherche',
};

export const source: Texts['source'] = {
  age: '{{label}}, {{age}}',
  demo: 'Marché de démonstration',
  demoAbout: 'Ces prix sont simulés. Définissez CMC_API_KEY pour de vrais prix.',
  stale: '{{label}}, figé depuis {{time}}',
  offline: 'Pas de connexion, nouvel essai en cours',
  none: 'En attente des premiers prix',
  seconds: 'il y a {{count}} s',
  minutes: 'il y a {{count}} min',
  hours: 'il y a {{count}} h',
};

export const states: Texts['states'] = {
  loading: 'Chargement…',
  failedTitle: 'Cela n’a pas marché',
  retry: 'Réessayer',
  offlineTitle: 'Vous êtes hors ligne',
  offlineAbout: 'Ce que vous voyez date d’avant. Tout reprend seul dès qu’uBot répond ; aucune alerte n’est perdue.',
  unreachable: 'uBot ne répond pas pour le moment.',
  unreachedAbout:
    'Cette page n’a pas encore été chargée. Elle viendra d’elle-même dès que uBot sera joignable ; aucune alerte n’est perdue.',
  brokenTitle: 'Cette page a rencontré une erreur de notre part',
  brokenAbout: 'Le reste d’uBot fonctionne. Rechargez la page ; si l’erreur revient, dites-le à votre opérateur.',
  reload: 'Recharger',
  notFoundTitle: 'Il n’y a rien ici',
  notFoundAbout: 'L’adresse est peut-être mal tapée, ou la page n’existe plus.',
  toMarket: 'Vers le marché',
};
