// A session that the identity provider began lasts while the provider confirms it: one tab
// continues it before it expires.

import type { Caller } from '../shown/answers.ts'
import { suite } from './requests.ts'

/** `over`: somebody has to sign in. `unknown`: no answer, and the session goes on meanwhile. */
export type Renewal =
  | { readonly kind: 'renewed'; readonly caller: Caller }
  | { readonly kind: 'over' }
  | { readonly kind: 'unknown' }

/** Of the time that is left when somebody looks; the rest is for tries that fail. */
const sharePassed = 0.75
const leastMs = 5_000
/** Longest timer of a browser. Timers stop while the machine sleeps. */
const mostMs = 600_000

let timer: ReturnType<typeof setTimeout> | undefined

function isProviderHost({ id }: Caller): boolean {
  return id.startsWith('oidc:')
}

/** Renews the session of this caller; `told` gets each outcome, `now` is the suite's time. */
export function keepSession(
  caller: Caller,
  now: () => number,
  told: (renewal: Renewal) => void
): void {
  clearTimeout(timer)
  if (!isProviderHost(caller) || caller.expiresAt === null) return
  const leftMs = Date.parse(caller.expiresAt) - now()
  const waitMs = Math.min(Math.max(leftMs * sharePassed, leastMs), mostMs)
  const isDue = waitMs < mostMs
  timer = setTimeout(async () => {
    const renewal: Renewal = isDue
      ? await renewSession(caller.expiresAt)
      : { kind: 'renewed', caller }
    // Tried again before it expires.
    keepSession(renewal.kind === 'renewed' ? renewal.caller : caller, now, told)
    if (isDue) told(renewal)
  }, waitMs)
}

export function letSessionGo(): void {
  clearTimeout(timer)
}

/** Continues a session that has ended, where an identity provider can. `unknown`: no answer. */
export async function continueEnded(): Promise<Renewal> {
  const ways = await suite.signInWays()
  if (ways.kind === 'unreachable' || (ways.kind === 'refused' && ways.problem.status >= 500))
    return { kind: 'unknown' }
  return ways.kind === 'ok' && ways.body.identityProvider !== null
    ? renewSession(null)
    : { kind: 'over' }
}

/** Once for all tabs that ask together. `knownEnd`: when it ends; null: it has ended. */
export async function renewSession(knownEnd: string | null): Promise<Renewal> {
  const before = await suite.me()
  if (before.kind === 'ok' && (!isProviderHost(before.body) || before.body.expiresAt !== knownEnd))
    return { kind: 'renewed', caller: before.body }
  const answer = await suite.renewSession()
  if (answer.kind === 'refused') return { kind: answer.problem.status < 500 ? 'over' : 'unknown' }
  const after = answer.kind === 'ok' ? await suite.me() : answer
  return after.kind === 'ok' ? { kind: 'renewed', caller: after.body } : { kind: 'unknown' }
}
