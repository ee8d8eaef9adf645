// Windows of the same browser have one session: who signs in in one has signed in in all.

const channelName = 'tocsin-sign-in'

/** Tells the other windows that somebody has signed in here; who it is they ask the suite. */
export function tellSignedIn(): void {
  // Where a browser has none, they look when somebody comes back to them.
  if (typeof BroadcastChannel === 'undefined') return
  const channel = new BroadcastChannel(channelName)
  channel.postMessage(null)
  channel.close()
}

/**
 * `look` is called when somebody has signed in in another window, and when somebody comes back to
 * this one.
 */
export function whenSignedInElsewhere(look: () => void): void {
  if (typeof BroadcastChannel !== 'undefined')
    new BroadcastChannel(channelName).addEventListener('message', look)
  addEventListener('focus', look)
}
