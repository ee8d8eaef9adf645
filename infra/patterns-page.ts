// infra/docs/patterns.md is put together from the sections beside the patterns' code and from a
// general part. A section's file begins with the heading of its chapter; within a chapter the order
// is that of the catalogue.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { cataloguedPatterns } from '../packages/domain/src/patterns/pattern-catalogue.ts'

export const patternsPageFile = 'infra/docs/patterns.md'
const folder = 'packages/domain/src/patterns'

/**
 * The page as its parts in the project at `root` make it, whether or not it is written yet. Throws
 * as `patternsPage` does.
 */
export function readPatternsPage(root: string): string {
  const partOf = (file: string): PagePart => ({
    file,
    text: readFileSync(join(root, file), 'utf8')
  })
  const general = `${folder}/pattern-catalogue.md`
  const listed = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', `${folder}/*.md`],
    {
      cwd: root,
      encoding: 'utf8'
    }
  )
  const sections = listed
    .split('\n')
    .filter(file => file !== '' && file !== general && existsSync(join(root, file)))
  return patternsPage({
    general: partOf(general),
    sections: sections.map(partOf),
    ids: cataloguedPatterns,
    page: patternsPageFile
  })
}

export interface PagePart {
  /** Path from the root of the project: links in the text are relative to it. */
  readonly file: string
  readonly text: string
}

export interface PageParts {
  /** The part about all patterns, with a heading `## …` for each chapter. */
  readonly general: PagePart
  /** Each is `## <chapter>`, `### <id of the pattern>` and its text. */
  readonly sections: readonly PagePart[]
  /** Ids of the patterns that must have a section, in order. */
  readonly ids: readonly string[]
  /** Path of the page from the root of the project. */
  readonly page: string
}

/**
 * The text of the page. Throws RangeError for a pattern without section, a section without pattern,
 * or an unknown chapter.
 */
export function patternsPage({ general, sections, ids, page }: PageParts): string {
  const files = new Set([general.file, ...sections.map(({ file }) => file)])
  const linked = (part: PagePart) => relinked(part, page, files)
  const parsed = new Map(sections.map(part => sectionOf({ ...part, text: linked(part) })))
  for (const id of parsed.keys())
    if (!ids.includes(id))
      throw new RangeError(`${parsed.get(id)?.file}: ${id} is no pattern of the catalogue`)
  const byChapter = new Map<string, string[]>()
  for (const id of ids) {
    const section = parsed.get(id)
    if (section === undefined) throw new RangeError(`${id} has no section beside its code`)
    byChapter.set(section.chapter, [...(byChapter.get(section.chapter) ?? []), section.text])
  }
  const chapters = linked(general).split(/^(?=## )/m)
  const headings = chapters.map(text => text.split('\n')[0] as string)
  const lost = [...byChapter.keys()].filter(chapter => !headings.includes(chapter))
  if (lost.length > 0) throw new RangeError(`${general.file} has no chapter ${lost.join(', ')}`)
  const whole = chapters.flatMap((text, i) => [
    text.trim(),
    ...(byChapter.get(headings[i] as string) ?? [])
  ])
  return `<!-- Put together from ${posix.dirname(general.file)}: edit there, then npm test -- infra -u -->\n\n${whole.join('\n\n')}\n`
}

interface Section {
  readonly file: string
  readonly chapter: string
  readonly text: string
}

function sectionOf({ file, text }: PagePart): readonly [string, Section] {
  const [, chapter, section, id] = /^(## .+)\n\n(### (.+)\n[\s\S]*)$/.exec(text) ?? []
  if (chapter === undefined || section === undefined || id === undefined)
    throw new RangeError(
      `${file} must begin with the heading of its chapter and that of its pattern`
    )
  return [
    id,
    { file, chapter, text: `${section.trim()}\n\nCode: \`${file.replace(/\.md$/, '.ts')}\`` }
  ]
}

/**
 * The text with its links relative to the page; links to parts of the page become links to their
 * headings.
 */
function relinked({ file, text }: PagePart, page: string, parts: ReadonlySet<string>): string {
  const linked = text.replace(
    /\]\(((?!https?:)[^)\s#]+)(#[^)\s]*)?\)/g,
    (_link, path: string, heading: string = '') => {
      const target = posix.normalize(posix.join(posix.dirname(file), path))
      // A section is named as its file.
      if (parts.has(target)) return `](${heading || `#${posix.basename(target, '.md')}`})`
      return `](${posix.relative(posix.dirname(page), target)}${heading})`
    }
  )
  return linked.replace(/(?:^\|.*\n?)+/gm, aligned)
}

/**
 * A table with columns as wide as their widest cell, as the formatter has it: the length of links
 * has changed.
 */
function aligned(table: string): string {
  const rows = table.trimEnd().split('\n')
  const cells = rows.map(row => row.split(/(?<!\\)\|/).slice(1, -1))
  const isRule = (cell: string) => /^ *-+ *$/.test(cell)
  const columns = cells[0] ?? []
  const widths = columns.map((_, i) =>
    Math.max(3, ...cells.map(row => (isRule(row[i] ?? '') ? 0 : (row[i] ?? '').trim().length)))
  )
  const padded = cells.map(row =>
    row
      .map((cell, i) =>
        isRule(cell) ? '-'.repeat(widths[i] ?? 3) : cell.trim().padEnd(widths[i] ?? 3)
      )
      .join(' | ')
  )
  return padded.map(row => `| ${row} |`).join('\n') + table.slice(table.trimEnd().length)
}
