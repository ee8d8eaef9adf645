// The session of the page: begun at the start, or by a sign-in here or in another window; continued
// where an identity provider can; and over when that is known.

import { pageNow } from '../http/answers.ts'
import { suite } from '../http/requests.ts'
import { continueEnded, keepSession, letSessionGo } from '../http/session-renewal.ts'
import type { Caller } from '../shown/answers.ts'
import { doubtedSinceMs, signedIn } from './console-state.ts'
import { leaveUnasked } from './forms.ts'

const channelName = 'tocsin-sign-in'

/** Tells the other windows that somebody has signed in here; who it is they ask the suite. */
export function tellSignedIn(): void {
  // Where a browser has none, they look when somebody comes back to them.
  if (typeof BroadcastChannel === 'undefined') return
  const channel = new BroadcastChannel(channelName)
  channel.postMessage(null)
  channel.close()
}

/** `look` is called after a sign-in elsewhere, and when somebody comes back to this window. */
export function whenSignedInElsewhere(look: () => void): void {
  if (typeof BroadcastChannel !== 'undefined')
    new BroadcastChannel(channelName).addEventListener('message', look)
  addEventListener('focus', look)
}

/** Until it is known who is signed in, ms. */
const beginAgainMs = 2_000
/** Between questions whether a session continues, ms: many pages ask a provider in trouble. */
const resumeAgainMs = 5_000

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
    // The form handles a sign-in meanwhile.
    if (signedIn.peek().kind === 'unknown') signedIn.value = { kind: 'unknown', why }
    setTimeout(() => void begin(), beginAgainMs)
  }
}

/** Who signed in on this page; null: no one. The page is theirs until it is loaded again. */
let owner: Caller | null = null

function beginAs(caller: Caller): void {
  doubtedSinceMs.value = null
  if (owner !== null && !areSameRights(owner, caller)) {
    beginAnew()
    return
  }
  owner = caller
  signedIn.value = { kind: 'caller', caller }
  tellSignedIn()
  keepSession(caller, pageNow, renewal => {
    if (renewal.kind === 'renewed') goOnWith(renewal.caller)
  })
  goLive()
}

function goOnWith(renewed: Caller): void {
  if (owner === null || !areSameRights(owner, renewed)) beginAnew()
  else signedIn.value = { kind: 'caller', caller: renewed }
}

/** Who may see what: the same key with other rights is another reader. */
function areSameRights(one: Caller, other: Caller): boolean {
  const said = ({ id, name, scopes, theatres, handling }: Caller) =>
    JSON.stringify([
      ...[id, name, handling, [...scopes].sort()],
      theatres === '*' ? theatres : [...theatres].sort()
    ])
  return said(one) === said(other)
}

/** What one key saw is not for another: loads the page again, and drops what was typed. */
function beginAnew(): void {
  letSessionGo()
  leaveUnasked()
  document.body.replaceChildren()
  location.reload()
}

/** Continues an ended session where the identity provider can; else somebody has to sign in. */
export async function resume(hasEnded: boolean): Promise<void> {
  // Retried on its own schedule, however often a refusal repeats that no user is signed in.
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
  // After the request to sign in, the user may do so in any way meanwhile.
  const isTold = before.kind === 'none'
  const isAwaited = renewal.kind === 'unknown'
  if (isAwaited && before.kind === 'caller') doubtedSinceMs.value ??= pageNow()
  else {
    signedIn.value = { kind: 'none', hasEnded: isTold ? before.hasEnded : hasEnded, isAwaited }
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

/** Stops waiting for whether the session continues: somebody signs in. What was typed stays. */
export function signInAnew(): void {
  doubtedSinceMs.value = null
  signedIn.value = { kind: 'none', hasEnded: true, isAwaited: false }
}

/** An empty page until it is known who is signed in: it may belong to somebody who has left. */
export async function beginAgain(): Promise<void> {
  letSessionGo()
  doubtedSinceMs.value = null
  signedIn.value = { kind: 'unknown', why: null }
  await begin()
}

/** Continues after a sign-in in another window of this browser; for a page that waits for it. */
export async function lookForSession(): Promise<void> {
  if (signedIn.peek().kind !== 'none') return
  const answer = await suite.me()
  if (answer.kind === 'ok' && signedIn.peek().kind === 'none') beginAs(answer.body)
}
