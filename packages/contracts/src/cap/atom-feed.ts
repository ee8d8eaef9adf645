// CAP documents as an Atom feed (RFC 4287), newest first, in pages (RFC 5005). Pure: equal entries
// are equal bytes.

import { digest } from '../json/digest.ts'
import { capMediaType } from './cap-document.ts'
import { toCapLine, toCapText } from './cap-text.ts'
import { type CapAlert, english } from './cap-words.ts'
import { omitMissing, renderXml, type XmlMembers } from './cap-xml.ts'

export const atomMediaType = 'application/atom+xml'
const atomNamespace = 'http://www.w3.org/2005/Atom'
const titleMax = 1_000
const summaryMax = 4_000
/** A feed must say when it changed last, also one without entries. */
const neverChanged = '1970-01-01T00:00:00.000Z'

export interface AtomEntry {
  /** When the document changed. */
  readonly identifier: string
  /** ISO 8601. */
  readonly sent: string
  readonly href: string
  readonly alertId: string
  /** Null: the alert has left the reader's view. */
  readonly alert: CapAlert | null
}

export interface AtomPage {
  /** What makes this feed another than those of other readers and filters. */
  readonly identity: readonly string[]
  readonly author: string
  readonly self: string
  readonly first: string
  /** The page of the next older documents; null if there is none. */
  readonly next: string | null
  readonly entries: readonly AtomEntry[]
}

export function renderAtomFeed({ identity, author, self, first, next, entries }: AtomPage): string {
  const buildLink = (rel: string, href: string | null) =>
    href === null ? [] : [{ '@_rel': rel, '@_href': href, '@_type': atomMediaType }]
  return renderXml('feed', {
    '@_xmlns': atomNamespace,
    id: buildUrn('cap-feed', ...identity),
    title: 'Alerts',
    updated: entries[0]?.sent ?? neverChanged,
    author: { name: toCapLine(author, titleMax) },
    link: [...buildLink('self', self), ...buildLink('first', first), ...buildLink('next', next)],
    entry: entries.map(buildEntry)
  })
}

function buildEntry({ identifier, sent, href, alertId, alert }: AtomEntry): XmlMembers {
  return omitMissing({
    id: buildUrn('cap-entry', identifier),
    title:
      alert === null
        ? `Alert ${alertId} is no longer available`
        : toCapLine(english.headline(alert), titleMax) || alertId,
    updated: sent,
    link: { '@_rel': 'alternate', '@_href': href, '@_type': capMediaType },
    category: alert === null ? null : { '@_term': toCapLine(alert.pattern) || alertId },
    summary: alert === null ? null : toCapText(english.description(alert), summaryMax)
  })
}

/** A feed of texts, newest first: each has a separate id, which stays when its text changes. */
export function renderTextFeed({ identity, author, title, self, entries }: TextFeed): string {
  return renderXml('feed', {
    '@_xmlns': atomNamespace,
    id: buildUrn('text-feed', ...identity),
    title: toCapLine(title, titleMax),
    updated: entries[0]?.updated ?? neverChanged,
    author: { name: toCapLine(author, titleMax) },
    link: [{ '@_rel': 'self', '@_href': self, '@_type': atomMediaType }],
    entry: entries.map(({ id, title: heading, updated, href, text }) =>
      omitMissing({
        id: buildUrn('text-entry', ...identity, id),
        title: toCapLine(heading, titleMax),
        updated,
        link: href === null ? null : { '@_rel': 'alternate', '@_href': href },
        content: toCapText(text)
      })
    )
  })
}

export interface TextFeed {
  /** What makes this feed another than those of other readers. */
  readonly identity: readonly string[]
  readonly author: string
  readonly title: string
  readonly self: string
  readonly entries: readonly {
    readonly id: string
    readonly title: string
    /** ISO 8601. */
    readonly updated: string
    readonly href: string | null
    readonly text: string
  }[]
}

/** A URN of our own making: a UUID of version 8 (RFC 9562) from a digest. */
function buildUrn(...parts: readonly string[]): string {
  const hex = digest(...parts)
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16)
  const groups = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20)
  ]
  return `urn:uuid:${groups.join('-')}`
}
