// Pseudonymous keys for sealed texts: HMACs of normalised names, narratives and links. The same
// person or text has the same key in every report of this suite. Without the suite's secret a key
// does not reveal its person.

import { createHmac, type KeyObject } from 'node:crypto'
import { takeIdDigits } from '@tocsin/contracts/json/digest'
import type { PrivateTexts } from '@tocsin/contracts/report/private-texts'
import type { PersonKey, UnnamedPerson } from '@tocsin/contracts/theatre/report'

export interface DerivedKeys {
  readonly persons: readonly PersonKey[]
  /** Persons without a name get no key. Omitted if there are none. */
  readonly unnamed?: readonly UnnamedPerson[]
  readonly narrativeKey: string | null
  readonly linkKeys: readonly string[]
}

export const noDerivedKeys: DerivedKeys = { persons: [], narrativeKey: null, linkKeys: [] }

/**
 * A narrative shorter than this after normalisation is too short to count as a copy of another.
 * Characters.
 */
export const narrativeLengthMin = 20

/** The keys of a report's private texts. Pure. `secret`: the suite's secret for `persons`. */
export function deriveKeys(texts: PrivateTexts, secret: KeyObject): DerivedKeys {
  const makeKey = (kind: string, normal: string) =>
    takeIdDigits(createHmac('sha256', secret).update(`${kind}/${normal}`).digest('hex'))
  const narrative = normalText(texts.narrative ?? '')
  const persons: PersonKey[] = []
  const unnamed: UnnamedPerson[] = []
  for (const { name, aliases, role, kind } of texts.persons) {
    // A person with an alias only is keyed by the alias.
    const [key, ...others] = (name === null ? aliases : [name, ...aliases]).map(known =>
      makeKey('person', personForm(known))
    )
    if (key === undefined) unnamed.push({ role, kind })
    else
      persons.push({
        key,
        role,
        kind,
        aliasKeys: [...new Set(others.filter(other => other !== key))].sort()
      })
  }
  return {
    persons,
    ...(unnamed.length === 0 ? {} : { unnamed }),
    narrativeKey: narrative.length < narrativeLengthMin ? null : makeKey('narrative', narrative),
    linkKeys: [...new Set(texts.links.map(link => makeKey('link', normalLink(link))))].sort()
  }
}

/** Invisible code points, within words too, and the line that only lengthens an Arabic one. */
const unseen = /[\p{Default_Ignorable_Code_Point}\u0640]/gu

/**
 * Letters and digits in lower case without accents, words separated by one space: layout,
 * punctuation, case, and what is not seen make no difference.
 */
function normalText(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replace(unseen, '')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/**
 * A normalised name; a name of symbols alone stays as it is, so that two such names stay distinct.
 */
function personForm(name: string): string {
  return normalText(name) || name
}

/** Parameters that track where a reader came from. */
const trackingParameter = /^(?:utm_.*|fbclid|gclid|igshid|mc_cid|mc_eid)$/i

/** An address without scheme, `www.`, fragment, tracking parameters and trailing slash. */
export function normalLink(link: string): string {
  if (!URL.canParse(link)) return link
  const url = new URL(link)
  const kept = [...url.searchParams]
    .filter(([name]) => !trackingParameter.test(name))
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  const query = kept
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&')
  return `${url.host.replace(/^www\./, '')}${url.pathname.replace(/\/+$/, '')}${query === '' ? '' : `?${query}`}`
}
