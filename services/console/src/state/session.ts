// Whose session the page has: begun at the start, by a sign-in here or in another window, continued
// where an identity provider can, and over when that is known.

import { pageNow } from '../http/page-time.ts'
import { type Caller, suite } from '../http/suite.ts'
import { bySuite, doubtedSinceMs, signedIn } from './console-state.ts'
import { lastName, signedInAs } from './session/of-key.ts'
import { tellSignedIn } from './session/other-windows.ts'
import { continueEnded, keepSession, letSessionGo } from './session/session-renewal.ts'
import { whatIsTyped } from './session/typed.ts'

/** Until it is known who is signed in, ms. */
const beginAgainMs = 2_000
/**
 * Until it is known whether a session goes on, ms: an identity provider that is in trouble is asked
 * by many pages.
 */
const resumeAgainMs = 5_000

const suiteNow = () => bySuite(pageNow())

let goLive: () => void = () => {}

/** `begin` is called when somebody has signed in, with the rights that count from then on. */
export function whenBegun(begin: () => void): void {
  goLive = begin
}

/** Asks who is signed in, and goes live if somebody is. */
export async function begin(): Promise<void> {
  const answer = await suite.me()
  if (answer.kind === 'ok') beginAs(answer.body)
  else if (answer.kind === 'refused' && answer.problem.status === 401) await resume(false)
  else {
    const why = answer.kind === 'refused' ? { detail: answer.problem.detail } : answer.kind
    // Who signs in meanwhile is told by the form.
    if (signedIn.peek().kind === 'unknown') signedIn.value = { kind: 'unknown', why }
    setTimeout(() => void begin(), beginAgainMs)
  }
}

/** `isSaid`: who signed in was told what is dropped of somebody else, and goes on. */
function beginAs(caller: Caller, isSaid = false): void {
  doubtedSinceMs.value = null
  if (!isSaid && lastName() !== null && lastName() !== caller.name && whatIsTyped().length > 0) {
    letSessionGo()
    signedIn.value = { kind: 'none', hasEnded: true, isAwaited: false, successor: caller }
    return
  }
  signedInAs(caller)
  signedIn.value = { kind: 'caller', caller }
  tellSignedIn()
  keepSession(caller, suiteNow, renewal => {
    if (renewal.kind !== 'renewed') return
    const before = signedIn.peek()
    // Its rights may have changed meanwhile.
    if (before.kind === 'caller' && signedInAs(renewal.caller)) return beginAs(renewal.caller)
    signedIn.value = { kind: 'caller', caller: renewal.caller }
  })
  goLive()
}

/**
 * A session is over, or there was none: goes on where the identity provider continues it, else
 * somebody has to sign in.
 */
export async function resume(hasEnded: boolean): Promise<void> {
  // Asked again in its own time, however often a refusal says meanwhile that nobody is signed in.
  if (doubtedSinceMs.peek() === null) await resumeOnce(hasEnded)
}

function resumeOnce(hasEnded: boolean): Promise<void> {
  resuming ??= resumed(hasEnded).finally(() => {
    resuming = null
  })
  return resuming
}

let resuming: Promise<void> | null = null
let resumeTimer: ReturnType<typeof setTimeout> | undefined

async function resumed(hasEnded: boolean): Promise<void> {
  letSessionGo()
  const renewal = await continueEnded()
  if (renewal.kind === 'renewed') return beginAs(renewal.caller)
  const before = signedIn.peek()
  // Who has been told to sign in may do so in any way meanwhile.
  const isTold = before.kind === 'none'
  const isAwaited = renewal.kind === 'unknown'
  if (isAwaited && before.kind === 'caller') doubtedSinceMs.value ??= pageNow()
  else {
    const was = isTold ? before : null
    signedIn.value = {
      kind: 'none',
      hasEnded: was?.hasEnded ?? hasEnded,
      isAwaited,
      successor: was?.successor ?? null
    }
  }
  clearTimeout(resumeTimer)
  if (isAwaited) resumeTimer = setTimeout(() => void resumeUnlessBegun(hasEnded), resumeAgainMs)
}

/** Unless somebody has signed in meanwhile. */
async function resumeUnlessBegun(hasEnded: boolean): Promise<void> {
  const now = signedIn.peek()
  if (doubtedSinceMs.peek() !== null || (now.kind === 'none' && now.isAwaited))
    await resumeOnce(hasEnded)
}

/**
 * Nobody waits any longer for word of whether the session goes on: somebody signs in. What was
 * typed stays.
 */
export function signInAnew(): void {
  doubtedSinceMs.value = null
  signedIn.value = { kind: 'none', hasEnded: true, isAwaited: false, successor: null }
}

/**
 * Asks anew who is signed in, and shows nothing until that is known: a page that was kept may be of
 * somebody who has left, and that of an ended link of somebody who may no longer have one. What was
 * typed stays, as at the end of a session.
 */
export async function beginAgain(): Promise<void> {
  letSessionGo()
  doubtedSinceMs.value = null
  signedIn.value = { kind: 'unknown', why: null }
  await begin()
}

/**
 * Goes on where somebody has signed in in another window of this browser; for a page that waits for
 * it.
 */
export async function lookForSession(): Promise<void> {
  if (signedIn.peek().kind !== 'none') return
  const answer = await suite.me()
  if (answer.kind === 'ok' && signedIn.peek().kind === 'none') beginAs(answer.body)
}

/** Somebody else goes on with this page, and knows that what was typed in it is dropped. */
export function goOnAs(successor: Caller): void {
  beginAs(successor, true)
}
