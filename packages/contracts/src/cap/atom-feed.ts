// CAP documents as an Atom feed (RFC 4287), newest first, in pages (RFC 5005). Pure: equal entries
// are equal bytes.

import { digest } from '../json/digest.ts'
import { capMediaType } from './cap-document.ts'
import { type CapAlert, english, formatDescription, formatHeadline } from './cap-words.ts'
import { omitMissing, renderXml, toCapLine, toCapText, type XmlMembers } from './cap-xml.ts'

export const atomMediaType = 'application/atom+xml'
const atomNamespace = 'http://www.w3.org/2005/Atom'
const titleMax = 1_000
const summaryMax = 4_000
/** A feed must say when it changed last, also one without entries. */
const neverChanged = '1970-01-01T00:00:00.000Z'

export interface AtomFeed {
  /** What makes it another than those of other readers and filters. */
  readonly identity: readonly string[]
  readonly author: string
  readonly self: string
}

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

/** A page of documents. `next`: the page of the next older ones; null if there is none. */
export function renderAtomFeed({
  first,
  next,
  entries,
  ...feed
}: AtomFeed & {
  readonly first: string
  readonly next: string | null
  readonly entries: readonly AtomEntry[]
}): string {
  const others = [buildLink('first', first), ...(next === null ? [] : [buildLink('next', next)])]
  return renderFeed('cap-feed', 'Alerts', feed, entries.map(buildEntry), others)
}

function buildEntry({ identifier, sent, href, alertId, alert }: AtomEntry): XmlMembers {
  return {
    id: buildUrn('cap-entry', identifier),
    title:
      alert === null
        ? `Alert ${alertId} is no longer available`
        : toCapLine(formatHeadline(alert, english), titleMax) || alertId,
    updated: sent,
    link: buildLink('alternate', href, capMediaType),
    category: alert === null ? null : { '@_term': toCapLine(alert.pattern) || alertId },
    summary: alert === null ? null : toCapText(formatDescription(alert, english), summaryMax)
  }
}

/** A feed of texts, newest first: each has a separate id, which stays when its text changes. */
export function renderTextFeed({ title, entries, ...feed }: TextFeed): string {
  const built = entries.map(({ id, title: heading, updated, href, text }) => ({
    id: buildUrn('text-entry', ...feed.identity, id),
    title: toCapLine(heading, titleMax),
    updated,
    link: href === null ? null : { '@_rel': 'alternate', '@_href': href },
    content: toCapText(text)
  }))
  return renderFeed('text-feed', title, feed, built)
}

interface TextFeed extends AtomFeed {
  readonly title: string
  readonly entries: readonly {
    readonly id: string
    readonly title: string
    /** ISO 8601. */
    readonly updated: string
    readonly href: string | null
    readonly text: string
  }[]
}

function renderFeed(
  kind: 'cap-feed' | 'text-feed',
  title: string,
  { identity, author, self }: AtomFeed,
  entries: readonly XmlMembers[],
  links: readonly XmlMembers[] = []
): string {
  return renderXml('feed', {
    '@_xmlns': atomNamespace,
    id: buildUrn(kind, ...identity),
    title: toCapLine(title, titleMax),
    updated: entries[0]?.updated ?? neverChanged,
    author: { name: toCapLine(author, titleMax) },
    link: [buildLink('self', self), ...links],
    entry: entries.map(omitMissing)
  })
}

function buildLink(rel: string, href: string, type = atomMediaType): XmlMembers {
  return { '@_rel': rel, '@_href': href, '@_type': type }
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
