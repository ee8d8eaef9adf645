// CAP over HTTP as a client reads it: the feed with all its pages, each document that it names, and
// whether the documents that refer to others refer to what the same client can read.

import { expect } from 'vitest'
import type { Suite } from './http-suite.ts'

export interface TextAnswer {
  readonly status: number
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
}

export interface ReadEntry {
  readonly id: string
  readonly title: string
  readonly updated: string
  readonly href: string
  readonly alertId: string
}

export async function askText(
  suite: Suite,
  url: string,
  key = suite.owner,
  headers: object = {}
): Promise<TextAnswer> {
  const answer = await suite.host.app.inject({
    method: 'GET',
    url,
    headers: { authorization: `Bearer ${key}`, ...headers }
  })
  return {
    status: answer.statusCode,
    text: answer.body,
    headers: answer.headers as Record<string, string>
  }
}

/** The texts of all elements of a name. */
export function elements(xml: string, name: string): readonly string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?: [^>]*)?>([^<]*)</${name}>`, 'g'))].map(
    ([, text]) => text as string
  )
}

/** The `href` of the first link of this kind; null if there is none. */
export function linkOf(xml: string, rel: string): string | null {
  const link = [...xml.matchAll(/<link ([^>]*)>/g)]
    .map(([, attributes]) => attributes as string)
    .find(each => each.includes(`rel="${rel}"`))
  const href = link === undefined ? undefined : /href="([^"]*)"/.exec(link)?.[1]
  return href?.replaceAll('&amp;', '&') ?? null
}

/** All entries of the feed, newest first, over its pages. */
export async function entriesOf(
  suite: Suite,
  key = suite.owner,
  query = ''
): Promise<readonly ReadEntry[]> {
  const entries: ReadEntry[] = []
  for (let url: string | null = `/v1/cap.atom${query}`; url !== null; ) {
    const { status, text } = await askText(suite, url, key)
    expect([url, status]).toEqual([url, 200])
    for (const [, entry] of text.matchAll(/<entry>([\s\S]*?)<\/entry>/g)) {
      const [id, title, updated] = ['id', 'title', 'updated'].map(
        name => elements(entry as string, name)[0] as string
      )
      const href = linkOf(entry as string, 'alternate') as string
      const alertId = href.split('/').at(-2) as string
      entries.push({ id, title, updated, href, alertId } as ReadEntry)
    }
    url = linkOf(text, 'next')
  }
  return entries
}

/**
 * Every document that the reader's feed names, oldest first. Fails if one refers to what is not
 * among them.
 */
export async function documentsOf(suite: Suite, key = suite.owner): Promise<readonly string[]> {
  const documents: string[] = []
  for (const { href } of (await entriesOf(suite, key)).toReversed()) {
    const { status, text } = await askText(suite, href, key)
    expect([href, status]).toEqual([href, 200])
    documents.push(text)
  }
  const names = new Set(documents.map(nameOf))
  const referred = documents.flatMap(text =>
    elements(text, 'references').flatMap(list => list.split(' '))
  )
  expect(referred.filter(name => !names.has(name))).toEqual([])
  return documents
}

function nameOf(text: string): string {
  return ['sender', 'identifier', 'sent'].map(name => elements(text, name)[0]).join()
}
