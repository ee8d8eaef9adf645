// Whether an endpoint wants what a subscription would send it: alerts must not be aimed at third
// parties in our name. Asked by the handshake of CloudEvents, and if the endpoint does not offer
// it, by a signed challenge that must be echoed. Pure. Source: CloudEvents 1.0, "HTTP 1.1 Web
// Hooks", section 4.

import type { SendOutcome } from '@tocsin/webhooks/webhook-transport'
import { isAccepted } from './destinations.ts'
import { isBelow } from './kinds/kinds.ts'

const hourMs = 3_600_000
export const consentAskedForMs = 3 * 24 * hourMs
/**
 * When an endpoint is asked, ms after the first time: dense at first, because someone may be
 * looking; then hourly.
 */
const denseMs = [0, 5, 20, 80, 380, 1_280].map(s => s * 1_000)
const lastDenseMs = denseMs.at(-1) as number
const askingsMs = [
  ...denseMs,
  ...Array.from(
    { length: consentAskedForMs / hourMs - 1 },
    (_, i) => lastDenseMs + (i + 1) * hourMs
  )
]
/**
 * Between the first consent requests to two addresses of a subscription, ms: without the gap,
 * changing the address would be a way to send requests.
 */
export const consentGapMs = 60_000

/**
 * When to ask next; null if it is not asked again until the address changes. Depends only on the
 * time of the first request, so that neither a restart nor a change of other settings starts over.
 * Pure.
 */
export function nextAskingMs(sinceMs: number, afterMs: number): number | null {
  const next = askingsMs.find(ms => sinceMs + ms > afterMs)
  return next === undefined ? null : sinceMs + next
}

/** How often an endpoint has been asked by a time. Pure. */
export function countAskings(sinceMs: number, nowMs: number): number {
  return askingsMs.filter(ms => sinceMs + ms <= nowMs).length
}

/**
 * Hosts of services that answer no challenge: what arrives there must have their own form. By the
 * end of the host's name.
 */
const hostsWithoutConsent: Readonly<Record<string, string>> = {
  'chat.googleapis.com': 'Google Chat',
  'api.opsgenie.com': 'Opsgenie',
  'alert.victorops.com': 'Splunk On-Call',
  'hooks.zapier.com': 'Zapier',
  'api.twilio.com': 'Twilio'
}

/** The service at an address that cannot consent; null for any other address. Pure. */
export function findServiceWithoutConsent(url: string): string | null {
  const host = URL.parse(url)?.hostname ?? ''
  return Object.entries(hostsWithoutConsent).find(([end]) => isBelow(host, end))?.[1] ?? null
}

/**
 * The result of the handshake. `not-offered`: the endpoint does not know the handshake, so it is
 * challenged. `refused`: it names others, and is not asked further this time. Pure.
 */
export function judgeHandshake(
  answer: SendOutcome | null,
  origin: string
): 'given' | 'refused' | 'not-offered' {
  if (!isAccepted(answer)) return 'not-offered'
  const allowed = answer.allowedOrigin?.trim().toLowerCase()
  if (allowed === undefined || allowed === '') return 'not-offered'
  return allowed === '*' || allowed === origin.toLowerCase() ? 'given' : 'refused'
}

/**
 * How many requests a minute the receiver of a handshake wants at most; null: it names no limit.
 * Only a whole number from 1 on is a limit; for any other text the consent still counts. Pure.
 */
export function findAllowedRate(answer: SendOutcome | null): number | null {
  const text = (answer?.kind === 'response' && answer.allowedRate?.trim()) || ''
  const rate = /^[0-9]{1,15}$/.test(text) ? Number(text) : 0
  return rate >= 1 ? rate : null
}

/**
 * True if the endpoint has echoed the challenge: as text, or as the member `challenge` of a JSON
 * object. Pure; never throws.
 */
export function judgeChallenge(answer: SendOutcome | null, challenge: string): boolean {
  if (!isAccepted(answer)) return false
  const body = answer.excerpt.trim()
  return body === challenge || readMember(body) === challenge
}

function readMember(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null
      ? (value as { readonly challenge?: unknown }).challenge
      : value
  } catch {
    // Not JSON: then it is not the member of an object, which is all that is asked.
    return undefined
  }
}
