export const push = {
  title: 'Notices in this browser',
  about_off: 'Alerts come as notices of your system, also while uBot is closed.',
  about_on: 'Alerts come here as notices of your system, also while uBot is closed.',
  about_denied: 'They are blocked for this address. Allow them in the settings of your browser.',
  about_unsupported:
    'This browser has none at this address. They need https (or localhost); on an iPhone put uBot on the home screen first.',
  switchOn: 'Switch on',
  on: 'on',
  nowOn: 'Alerts come to this browser from now on.',
  unsupported: 'This browser has no notices at this address: they need https, or localhost.',
  denied: 'Notices are blocked for this address in your browser.',
  serviceAway: 'The push service of your browser cannot be reached from here. Another browser may work.',
} as const;
