// Words for who has not signed in.

export const signInEn = {
  title: 'Sign in',
  lead: 'You are not signed in in this browser.',
  ended: 'Your session has ended, or its key was revoked.',
  awaited:
    'The identity provider, or the suite, does not answer. It is asked again every few seconds, and this page goes on once it does. You may sign in another way meanwhile.',
  otherWindow:
    'The identity provider is opened in another window, so that this page keeps what you typed. This page goes on by itself.',
  withProvider: (host: string) => `Sign in with ${host}`,
  withLink: 'With a link',
  /** For a terminal. */
  linkCommand: (origin: string) =>
    `npm run -s tocsin -- keys link owner --url ${origin} --data DATA_FOLDER`,
  linkHow:
    'Tocsin prints a sign-in link when it starts in a terminal. Open it in this browser and press its button: it works once. The owner can make another where Tocsin runs, and an administrator for each officer (tocsin keys link):',
  withKey: 'With an API key',
  keyLabel: 'API key',
  keyHow:
    'The key is exchanged for a session and is not kept in this browser. The owner’s key is in the file owner.key of the data folder.',
  go: 'Sign in',
  asking: 'Signing in…',
  refused: 'The key is not known here, was revoked, or has expired.',
  unreachable: 'The suite could not be reached. Try again.',
  forPrograms: 'For programs',
  forProgramsHow: 'They need no session: they send a key with each request. How is told by',
  interfaceName: 'the description of the interface'
} as const
