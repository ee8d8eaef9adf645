// Words of the switch of views, and what all views share.

export const viewsEn = {
  title: 'Views',
  names: {
    alerts: 'Alerts',
    'hand-over': 'Shift report',
    'response-times': 'Response times',
    digest: 'Digest',
    sources: 'Sources',
    unassigned: 'In no theatre',
    subscriptions: 'Subscriptions',
    silences: 'Silences',
    watches: 'Roster',
    rules: 'Rules',
    keys: 'Keys',
    quarantine: 'Quarantine'
  },
  report: 'Send a report',
  more: 'More views',
  moreShort: 'More',
  shift: 'Shift',
  footTitle: 'Main views',
  skip: 'Skip to the view',
  loading: 'Loading the view…',
  failed:
    'The view could not be loaded. The link may be down, or the suite was upgraded since this page was opened.',
  reload: 'Load the page again',
  inTab: (view: string, product: string) => `${view} · ${product}`,
  inTabWith: (open: number, name: string) => `(${open.toLocaleString('en')}) ${name}`,
  asking: 'Asking…',
  refused: (detail: string) => `Not accepted: ${detail}`,
  unreachable: 'The suite could not be reached. What you typed is kept: try again.',
  notAnswered: 'The suite could not be reached. What is shown is as it was told last.',
  notTold: (detail: string) => `The suite does not tell: ${detail}`,
  faultAt: (line: number, column: number, detail: string) =>
    `Line ${line}, column ${column}: ${detail}`,
  faultsBelow: 'Not accepted: see what is marked.',
  goOn: 'Go on with what I typed',
  restart: 'Begin anew from what it is now',
  once: 'It is shown only now, and cannot be asked for again.',
  copy: 'Copy',
  copied: 'Copied.',
  notCopied: 'This browser does not let it be copied: select it.',
  linkCopied: 'Link copied',
  linkNotCopied: 'Not copied: this browser does not let pages. The address bar has the link.',
  stored: 'I have stored it',
  no: 'No, go back'
} as const
