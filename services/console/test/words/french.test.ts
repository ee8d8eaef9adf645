// French has what English has: each text, of the same values, in French and as it is set in type.

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const src = join(import.meta.dirname, '../../src/words')
const files = readdirSync(join(src, 'en')).filter(name => name.endsWith('.ts'))
/** One word may be the same in both; so are figures, names and commands. */
const isAlike = (text: string) => /^\S*$|^\d|^(?:Natural Earth|Microsoft|UCDP|npm) /.test(text)

type Texts = ReadonlyMap<string, string | ((...values: unknown[]) => string)>

function readTexts(
  value: unknown,
  path = ''
): [string, string | ((...values: unknown[]) => string)][] {
  if (typeof value === 'string') return [[path, value]]
  if (typeof value === 'function') return [[path, value as (...values: unknown[]) => string]]
  return Object.entries(value as object).flatMap(([name, each]) =>
    readTexts(each, `${path}/${name}`)
  )
}

async function read(language: string, file: string): Promise<Texts> {
  const { part } = (await import(join(src, language, file))) as { part: object }
  return new Map(readTexts(part))
}

describe.each(files)('%s in French', async file => {
  const [english, french] = await Promise.all([read('en', file), read('fr', file)])

  it('has the same texts, of as many values', () => {
    const shapeOf = (texts: Texts) =>
      [...texts].map(([path, text]) => `${path} ${typeof text === 'string' ? '' : text.length}`)
    expect(shapeOf(french).sort()).toEqual(shapeOf(english).sort())
  })

  it('is no English', () => {
    const left = [...french].filter(
      ([path, text]) => typeof text === 'string' && text === english.get(path) && !isAlike(text)
    )
    expect(left).toEqual([])
  })

  it('has a narrow space that does not break before : ; ? ! and inside « »', () => {
    const texts = [...french.values()].flatMap(text =>
      typeof text === 'string' ? text : (String(text).match(/'[^']*'|[`}][^`$]*/g) ?? [])
    )
    expect(texts.filter(text => /\p{L}[ \u00a0][:;?!»]|« /u.test(text))).toEqual([])
  })
})
