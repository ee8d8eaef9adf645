// What may be in no byte that a reader gets, how it is found, and the cursors that others were
// given.

import {
  cells,
  darkest,
  type Known,
  type MarkedWorld,
  maySee,
  type Reader,
  theatres,
  wordOf
} from './marked-world.ts'

export function secretsFrom(reader: Reader, known: ReadonlyMap<string, Known>): readonly string[] {
  const hidden = cells
    .filter(cell => !maySee(reader, cell))
    .flatMap(cell => known.get(wordOf(cell))?.secrets ?? [])
  const held: readonly string[] | '*' = reader.theatres
  const away = Object.keys(theatres).filter(name => held !== '*' && !held.includes(name))
  return [...hidden, ...away]
}

/** The first secret in an answer that was not in the question, and what stands around it. */
export function leakIn(said: string, asked: string, secrets: readonly string[]): string | null {
  const text = said.toLowerCase()
  for (const secret of secrets) {
    const at = text.indexOf(secret)
    if (at >= 0 && !asked.includes(secret) && standsAlone(secret, text))
      return `${secret}: ${said.slice(Math.max(0, at - 120), at + 80)}`
  }
  return null
}

/** A short number also occurs within random text: only one that stands by itself counts. */
function standsAlone(secret: string, text: string): boolean {
  if (!/^[\d.]+$/.test(secret)) return true
  return new RegExp(`(?<![\\w.-])${secret.replaceAll('.', '\\.')}(?![\\w-])`).test(text)
}

/** Cursors of the owner and of other readers, of every list, the feed and the Atom feed. */
export async function cursorsOfOthers(
  world: MarkedWorld,
  known: ReadonlyMap<string, Known>,
  others: readonly { readonly key: string }[]
): Promise<readonly string[]> {
  const cursors = new Set<string>()
  const lists = [
    'alerts',
    'incidents',
    'feed',
    'cap.atom',
    'audit',
    'audit?of=alerts',
    'keys',
    'theatres',
    'alerts?answered=false&sort=gravity'
  ]
  const dark = known.get(wordOf(darkest))?.alerts[0]
  for (const key of [world.ownerKey, ...others.map(each => each.key)])
    for (const list of [...lists, `alerts/${dark}/evidence`]) {
      const { headers, text } = await world.ask(
        { method: 'GET', url: `/v1/${list}${list.includes('?') ? '&' : '?'}limit=1` },
        key
      )
      const next =
        /"next":"([^"]+)"/.exec(text)?.[1] ?? /rel="next"[^>]*cursor=([\w-]+)/.exec(text)?.[1]
      for (const each of [next, headers['tocsin-cursor']])
        if (typeof each === 'string') cursors.add(each)
    }
  return [...cursors, 'earliest', 'latest', 'x', 'A'.repeat(60)]
}
