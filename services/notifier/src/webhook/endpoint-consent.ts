// Whether an endpoint wants what a subscription would send it: alerts must not be aimed at third
// parties in our name. Asked by the handshake of CloudEvents, and if the endpoint does not offer
// it, by a signed challenge that must be echoed. Pure. Source: CloudEvents 1.0, "HTTP 1.1 Web
// Hooks", section 4.

/** An answer of the endpoint; null if none came. */
export interface ConsentAnswer {
  readonly status: number
  /** `WebHook-Allowed-Origin`, of the answer to a handshake. */
  readonly allowedOrigin?: string | null
  /** `WebHook-Allowed-Rate`. */
  readonly allowedRate?: string | null
  readonly body: string
}

/**
 * When an endpoint is asked, ms after the first time: dense at first, because someone may be
 * looking; then hourly.
 */
const momentsMs: readonly number[] = [0, 5, 20, 80, 380, 1_280].map(s => s * 1_000)
const hourMs = 3_600_000
export const consentAskedForMs = 3 * 24 * hourMs
/**
 * Between the first consent requests to two addresses of one subscription, ms: without the gap,
 * changing the address would be a way to send requests.
 */
export const consentGapMs = 60_000

/**
 * When to ask next; null if it is not asked again until the address changes. Depends only on the
 * time of the first request, so that neither a restart nor a change of other settings starts over.
 * Pure.
 */
export function nextAskingMs(sinceMs: number, afterMs: number): number | null {
  const dense = momentsMs.map(moment => sinceMs + moment).find(atMs => atMs > afterMs)
  if (dense !== undefined) return dense
  const lastMs = sinceMs + (momentsMs.at(-1) as number)
  const atMs = lastMs + (Math.floor((afterMs - lastMs) / hourMs) + 1) * hourMs
  return atMs - sinceMs < consentAskedForMs ? atMs : null
}

/** How often an endpoint has been asked by a time, when it is asked next, and until when. Pure. */
export function countAskings(
  sinceMs: number,
  nowMs: number
): { readonly asked: number; readonly nextMs: number | null; readonly untilMs: number } {
  let asked = 0
  let nextMs = nextAskingMs(sinceMs, sinceMs - 1)
  for (; nextMs !== null && nextMs <= nowMs; nextMs = nextAskingMs(sinceMs, nextMs)) asked++
  return { asked, nextMs, untilMs: sinceMs + consentAskedForMs }
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
  const host = URL.canParse(url) ? new URL(url).hostname.toLowerCase() : ''
  const found = Object.entries(hostsWithoutConsent).find(
    ([end]) => host === end || host.endsWith(`.${end}`)
  )
  return found?.[1] ?? null
}

/**
 * The result of the handshake. `not-offered`: the endpoint does not know the handshake, so it is
 * challenged. `refused`: it names others, and is not asked further this time. Pure.
 */
export function judgeHandshake(
  answer: ConsentAnswer | null,
  origin: string
): 'given' | 'refused' | 'not-offered' {
  if (answer === null || !isAccepted(answer.status)) return 'not-offered'
  const allowed = answer.allowedOrigin?.trim().toLowerCase()
  if (allowed === undefined || allowed === '') return 'not-offered'
  return allowed === '*' || allowed === origin.toLowerCase() ? 'given' : 'refused'
}

/**
 * How many requests a minute the receiver of a handshake wants at most; null: it names no limit.
 * Only a whole number from 1 on is a limit; for any other text the consent still counts. Pure.
 */
export function findAllowedRate(answer: ConsentAnswer | null): number | null {
  const text = answer?.allowedRate?.trim() ?? ''
  const rate = /^[0-9]{1,15}$/.test(text) ? Number(text) : 0
  return rate >= 1 ? rate : null
}

/**
 * True if the endpoint has echoed the challenge: as text, or as the member `challenge` of a JSON
 * object. Pure; never throws.
 */
export function judgeChallenge(answer: ConsentAnswer | null, challenge: string): boolean {
  if (answer === null || !isAccepted(answer.status)) return false
  const body = answer.body.trim()
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

function isAccepted(status: number): boolean {
  return status >= 200 && status < 300
}
