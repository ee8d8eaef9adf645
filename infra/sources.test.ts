// What code, packs and documents name as their source is there: `patterns.md#siege` is a page of
// infra/docs and a heading on it, `decision 0018` a decision. And what those pages say in numbers
// and routes is what the code does.

import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { cataloguedPatterns, ruleDefinitions } from '../packages/engine/src/rules/catalogue.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8'
})
  .split('\n')
  .filter(file => file !== '' && existsSync(join(root, file)) && file !== 'infra/sources.test.ts')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const patternsPage = read('infra/docs/patterns.md')
const code = files.filter(
  file => /\.(?:ts|js|mjs|json|yaml|yml|sh)$/.test(file) && file !== 'pnpm-lock.yaml'
)
const documents = files.filter(file => file.endsWith('.md'))

/** The anchors of a document's headings, as GitHub makes them. */
function anchorsOf(document: string): ReadonlySet<string> {
  const text = read(document).replace(/^```.*?^```/gms, '')
  return new Set([...text.matchAll(/^#{1,6} (.*)$/gm)].map(match => anchorOf(match[1] as string)))
}

function anchorOf(heading: string): string {
  return heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-')
}

describe('sources', () => {
  it('name a page of infra/docs and a heading on it', () => {
    const named = code.flatMap(file =>
      [...read(file).matchAll(/([\w./-]*[a-z-]+\.md)#([\w-]+)/g)].map(([, page, anchor]) => ({
        file,
        page,
        anchor
      }))
    )
    const stale = named.filter(({ page, anchor }) => {
      const document = join('infra/docs', page as string)
      return !existsSync(join(root, document)) || !anchorsOf(document).has(anchor as string)
    })
    expect(stale).toEqual([])
  })

  it('name pages, not rows and sections of papers that are not here', () => {
    const papers = /\b(?:patterns, (?:\d|common|building)|design(?:\.md)?,? section)/
    expect([...code, ...documents].filter(file => papers.test(read(file)))).toEqual([])
  })

  it('name decisions that are there', () => {
    const there = new Set(readdirSync(join(root, 'infra/decisions')).map(file => file.slice(0, 4)))
    const named = [...code, ...documents].flatMap(file =>
      [...read(file).matchAll(/\bdecisions?\s+(?:(?:\/\/|\*)\s+)?(\d{4})\b/g)].map(
        ([, number]) => ({
          file,
          number: number as string
        })
      )
    )
    expect(named.filter(({ number }) => !there.has(number))).toEqual([])
  })
})

describe('sources that are no page of infra/docs', () => {
  const sources = code.flatMap(file =>
    [...read(file).matchAll(/\bsource:\s+'([^'\n]*)'/g)].map(match => match[1] as string)
  )

  it('name rows of the demonstration that are there', () => {
    const story = read('packages/host/scenarios/sahel.md')
    const rows = sources.flatMap(source =>
      [...source.matchAll(/the Sahel scenario, row (\d+)/g)].map(match => match[1] as string)
    )
    expect(rows.length).toBeGreaterThan(2)
    expect(rows.filter(row => !new RegExp(`^\\| ${row} +\\|`, 'm').test(story))).toEqual([])
  })

  it('are called decisions only with their number', () => {
    expect(sources.filter(source => /\bdecisions?(?! \d{4})/.test(source))).toEqual([])
  })
})

describe('links', () => {
  it('lead to a heading that is there', () => {
    const stale = documents.flatMap(document =>
      [...read(document).matchAll(/\]\(([^)\s#]*)#([^)\s]+)\)/g)]
        .filter(([, page]) => !/^https?:/.test(page as string))
        .map(([, page, anchor]) => ({
          document,
          to: page ? normalize(join(dirname(document), page)) : document,
          anchor
        }))
        .filter(
          ({ to, anchor }) =>
            to.endsWith('.md') &&
            !(existsSync(join(root, to)) && anchorsOf(to).has(anchor as string))
        )
    )
    expect(stale).toEqual([])
  })
})

describe('the catalogue of patterns', () => {
  const sections = new Map(
    patternsPage
      .split(/^### /m)
      .slice(1)
      .map(section => [
        section.slice(0, section.indexOf('\n')),
        section.split(/^## /m)[0] as string
      ])
  )
  const parametersOf = (id: string): Readonly<Record<string, { default: unknown }>> | undefined =>
    ruleDefinitions.get(id)?.parameters

  it.each(cataloguedPatterns)('has %s with the numbers that count', id => {
    const rows = [...(sections.get(id) ?? '').matchAll(/^\| `(\w+)` +\| ([\d., ]+?) +\|/gm)]
    const numbers = Object.entries(parametersOf(id) ?? {})
      .map(([name, parameter]) => [name, [parameter.default].flat()] as const)
      .filter(([, values]) => values.length > 0 && values.every(value => typeof value === 'number'))
    expect(Object.fromEntries(rows.map(([, name, value]) => [name, value]))).toEqual(
      Object.fromEntries(numbers.map(([name, values]) => [name, values.join(', ')]))
    )
  })

  it('names no parameter that its pattern has not', () => {
    const strange = [...sections].flatMap(([id, text]) => {
      const parameters = parametersOf(id)
      const named = [...text.matchAll(/`([a-z]+[A-Z]\w*)`/g)].map(match => match[1] as string)
      return parameters === undefined
        ? []
        : named.filter(name => !Object.hasOwn(parameters, name)).map(name => ({ id, name }))
    })
    expect(strange).toEqual([])
  })
})

describe('the page of the interface', () => {
  const route = /\b(GET|POST|PUT|DELETE) (\/v1\/[\w/:-]+(?:\.(?:xml|atom)\b)?)/g
  /** Commands write a parameter in capitals: `/v1/alerts/ALERT/told`. */
  const routesIn = (text: string) =>
    new Set(
      [...text.matchAll(route)].map(
        ([, method, path]) => `${method} ${path?.replaceAll(/\/[A-Z]+(?=\/|$)/g, '/:id')}`
      )
    )
  const there = new Set(
    [
      ...(
        read('packages/host/test/access/access-table.ts') +
        read('packages/host/test/access/telling-access.ts')
      ).matchAll(/^ {2}'((?:GET|POST|PUT|DELETE) \/v1\/[^']+)'/gm)
    ].map(m => m[1] as string)
  )

  it('names every route of the suite', () => {
    expect([...there].filter(name => !routesIn(read('infra/docs/interface.md')).has(name))).toEqual(
      []
    )
  })

  it.each(documents.filter(file => file.startsWith('infra/docs/') || file === 'README.md'))(
    '%s names no other',
    document => {
      expect([...routesIn(read(document))].filter(name => !there.has(name))).toEqual([])
    }
  )
})
