// infra/docs/patterns.md equals what its parts make. `npm test -- infra -u` writes it.

import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type PagePart, patternsPage, patternsPageFile, readPatternsPage } from './patterns-page.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

it('the page of patterns is put together from the sections beside their code', async () => {
  await expect(readPatternsPage(root)).toMatchFileSnapshot(join(root, patternsPageFile))
})

describe('a page', () => {
  // Not written with the file: a test follows what code names as its source.
  const heading = '#arc'
  const general = {
    file: 'code/general.md',
    text: '# All\n\nSee [more](../docs/more.md).\n\n## One\n\n## Two\n\nLast.\n'
  }
  const siege = {
    file: 'code/siege/siege.md',
    text: `## Two\n\n### siege\n\nSee [one](../../docs/more.md), [other](../arc/arc.md${heading}), [whole](../arc/arc.md).\n`
  }
  const arc = { file: 'code/arc/arc.md', text: '## Two\n\n### arc\n\nIt widens.\n' }
  const made = (sections: readonly PagePart[], ids = ['arc', 'siege']) =>
    patternsPage({ general, sections, ids, page: 'docs/page.md' }).replace(/^<!--.*\n\n/, '')

  it('has its sections in the order of the catalogue, links that lead on from where it stands, and the file of each', () => {
    expect(made([siege, arc])).toBe(
      '# All\n\nSee [more](more.md).\n\n## One\n\n## Two\n\nLast.\n\n### arc\n\nIt widens.\n\nCode: `code/arc/arc.ts`\n\n### siege\n\nSee [one](more.md), [other](#arc), [whole](#arc).\n\nCode: `code/siege/siege.ts`\n'
    )
  })

  it('has tables as the formatter has them, however long the links were', () => {
    const table =
      '| a | see                       |\n| - | ------------------------- |\n| b | [one](../../docs/more.md) |\n'
    expect(made([{ ...arc, text: `## Two\n\n### arc\n\n${table}` }], ['arc'])).toMatch(
      '| a   | see            |\n| --- | -------------- |\n| b   | [one](more.md) |\n'
    )
  })

  it('lacks no pattern, and has none that is not in the catalogue', () => {
    expect(() => made([siege])).toThrow('arc has no section')
    expect(() => made([siege, arc], ['siege'])).toThrow('arc is no pattern')
  })

  it('refuses a section without its headings, or of a chapter that is not there', () => {
    expect(() => made([siege, { ...arc, text: '### arc\n\nIt widens.\n' }])).toThrow(
      'code/arc/arc.md must begin'
    )
    expect(() => made([siege, { ...arc, text: arc.text.replace('Two', 'Three') }])).toThrow(
      'no chapter ## Three'
    )
  })
})
