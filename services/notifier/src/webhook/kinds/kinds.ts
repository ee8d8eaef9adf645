// All kinds of destinations other than `webhook`, and what a subscription of each must be given.

import {
  type DestinationKind,
  kindOwnSettings,
  type SubscriptionAsk
} from '@tocsin/contracts/subscription/subscription-settings'
import { slack, teams, telegram } from './chat.ts'
import { email } from './email.ts'
import type { Kind } from './kind.ts'
import { alertmanager, pagerduty } from './paging.ts'

const kinds: Readonly<Record<Exclude<DestinationKind, 'webhook'>, Kind>> = {
  ...{ slack, teams, telegram, pagerduty, email, alertmanager }
}

/** What names its kind; left out: a webhook. */
export interface Kinded {
  readonly kind?: DestinationKind | undefined
}

/** The kind of a subscription; null: a webhook. */
export function findKind({ kind }: Kinded): Kind | null {
  return kind === undefined || kind === 'webhook' ? null : kinds[kind]
}

/** Whether everybody who knows an address of this kind may send there. */
export function needsNoConsent({ hosts, isKnown }: Kind, text: string): boolean {
  const url = URL.parse(text)
  if (url === null) return false
  return hosts.some(end => isBelow(url.hostname, end)) || isKnown?.(url) === true
}

/** Addresses that no kind takes as they are. */
const otherAdvice: Readonly<Record<string, string>> = {
  'webhook.office.com':
    'Microsoft has retired the connectors at this address: make a workflow in Teams, and use kind teams with its address',
  'discord.com':
    'this is an address of Discord: use kind slack, with /slack appended to the address'
}

/** What to use for the address of a service that was given for a webhook; null: it may be one. */
export function adviseKind(settings: Kinded, url: string): string | null {
  const { hostname, pathname } = new URL(url)
  const kind = findKind(settings)
  const [, advice] = Object.entries(otherAdvice).find(([end]) => isBelow(hostname, end)) ?? []
  if (advice !== undefined && !(kind === slack && pathname.endsWith('/slack'))) return advice
  if (kind !== null) return null
  const [name, other] = Object.entries(kinds).find(([, each]) => needsNoConsent(each, url)) ?? []
  return other === undefined
    ? null
    : `this is an address of ${other.service}, which takes no webhooks of ours: use kind ${name}`
}

/** Whether a host is `end`, or below it. */
export function isBelow(host: string, end: string): boolean {
  return host === end || host.endsWith(`.${end}`)
}

/** Settings of webhooks that the other kinds have no form for. */
const ofWebhooks = ['fallbackUrl', 'heartbeatSeconds', 'notices', 'digest'] as const

/** What is missing for a kind, and what it has no use for, by JSON pointers. Pure. */
export function findDestinationFaults(asked: Partial<SubscriptionAsk>) {
  const kind = findKind(asked)
  const name = asked.kind ?? 'webhook'
  const needs: Kind['needs'] = kind?.needs ?? { url: 'the address of the endpoint' }
  const others =
    kind === null
      ? ['body', ...ofWebhooks]
      : [...(kind.takes ?? []), ...(kind.renderDigest === undefined ? [] : ['digest'])]
  const takes = new Set(['url', ...Object.keys(needs), ...others])
  const isGiven = (setting: string) => {
    const value = asked[setting as keyof SubscriptionAsk]
    return !!value && !(Array.isArray(value) && value.length === 0)
  }
  const missing = Object.entries(needs)
    .filter(([setting]) => !isGiven(setting))
    .map(([setting, what]) => ({
      pointer: `/${setting}`,
      detail: `is missing: kind ${name} needs ${what}`
    }))
  const useless = [...kindOwnSettings, ...ofWebhooks]
    .filter(setting => isGiven(setting) && !takes.has(setting))
    .map(setting => ({
      pointer: `/${setting}`,
      detail: `has no use for kind ${name}: leave it out`
    }))
  return [...missing, ...useless]
}
