// Words for who has not signed in.

export const signInEn = {
  title: 'Sign in',
  lead: 'You are not signed in in this browser.',
  ended:
    'Your session has ended, or its key was revoked. What you had typed is kept in this page for the same name until you close it or leave for another page.',
  withProvider: (host: string) => `Sign in with ${host}`,
  withLink: 'With a link',
  linkHow:
    'When the suite starts it prints a sign-in link in its terminal. Open it in this browser and press its button: it works once. An administrator can make another under “Keys”, or the owner in a terminal:',
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
