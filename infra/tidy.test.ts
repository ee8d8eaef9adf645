// What a document names exists, nothing half done is left in a file, and no file names a path of
// somebody's machine.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runCommand } from '../packages/cli/src/run-command.ts'
import { problems } from '../packages/contracts/src/problem/problem-catalogue.ts'
import { suiteSettings } from '../packages/host/src/suite/suite-settings.ts'
import { namedSettings } from '../packages/service/src/settings/settings.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8'
})
  .split('\n')
  .filter(file => file !== '' && existsSync(join(root, file)))
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const documents = files.filter(file => file.endsWith('.md'))
const code = files.filter(
  file => /\.(?:tsx?|mjs|js|css|html|json|yaml|yml)$/.test(file) || file === '.ci/run'
)
const own = code.filter(file => file !== 'pnpm-lock.yaml')

/** All matches of a pattern in all documents, as `document: match`. */
function named(pattern: RegExp): readonly { document: string; name: string }[] {
  return documents.flatMap(document =>
    [...read(document).matchAll(pattern)].map(match => ({ document, name: match[1]! }))
  )
}

describe('documents', () => {
  it('link to what is there', () => {
    const broken = named(/\]\(([^)\s]+)\)/g)
      .filter(({ name }) => !/^(?:https?:|#|mailto:)/.test(name))
      .filter(
        ({ document, name }) => !existsSync(join(root, dirname(document), name.replace(/#.*$/, '')))
      )
    expect(broken).toEqual([])
  })

  it('name files and folders that are there', () => {
    const tops = new Set(files.map(file => file.split('/')[0]!))
    const broken = named(/`([.\w@-]+(?:\/[.\w@*{},-]+)+\/?)`/g)
      .filter(({ name }) => tops.has(name.split('/')[0]!) || /^(?:src|test)\//.test(name))
      .filter(({ document, name }) => !isThere(document, name))
    expect(broken).toEqual([])
  })

  it('name scripts and commands that are there', async () => {
    const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts)
    const broken = named(/npm run (?:-s |--silent )?([a-z][a-z:-]*)/g).filter(
      ({ name }) => !scripts.includes(name)
    )
    expect(broken).toEqual([])
    const commands = await commandNames()
    const unknown = named(/(?:tocsin(?: --)? |`tocsin )([a-z][a-z-]+)(?=[ `\]])/g)
      .filter(({ document }) => !document.startsWith('infra/decisions/'))
      .filter(
        ({ name, document }) =>
          new RegExp(`\`[^\`]*tocsin (?:-- )?${name}[^\`]*\``).test(read(document)) &&
          !commands.has(name)
      )
    expect(unknown).toEqual([])
  })

  it('name tests to run that are there', () => {
    const tests = files.filter(file => file.endsWith('.test.ts'))
    const broken = [...documents, ...own].flatMap(file =>
      [...read(file).matchAll(/(?:npm test --|vitest run) ([\w@./ -]+)/g)]
        .flatMap(([, told = '']) =>
          told.split(' ').filter(path => path !== '' && !path.startsWith('-'))
        )
        .filter(path => !tests.some(test => test.includes(path)))
        .map(path => ({ file, path }))
    )
    expect(broken).toEqual([])
  })

  it('name functions that are in the file beside them', () => {
    const told = named(/(`[\w./-]+\.ts` `#?\w+`(?:, `#?\w+`)*)/g)
    const broken = told.filter(({ document, name }) => {
      const [file = '', ...functions] = [...name.matchAll(/`([^`]+)`/g)].map(
        match => match[1] as string
      )
      const path = [file, join(dirname(document), file)].find(one => files.includes(one))
      return path === undefined || !functions.every(each => declares(read(path), each))
    })
    expect(broken).toEqual([])
  })

  it('name settings of the environment that are there', () => {
    const settings = new Set(namedSettings(suiteSettings).map(setting => setting.env))
    // Tests have names of their own, which no process of a suite is given.
    const readByCode = new Set(
      own.flatMap(file =>
        [...read(file).matchAll(/process\.env\.(TOCSIN_[A-Z0-9_]+)/g)].map(match => match[1]!)
      )
    )
    const broken = named(/\b(TOCSIN_[A-Z0-9_]+)\b/g).filter(
      ({ name }) => !settings.has(name) && !readByCode.has(name)
    )
    expect(broken).toEqual([])
  })

  it('name problems that are in the catalogue', () => {
    const broken = named(
      /(?:[Pp]roblem|[Rr]efused with|40\d|42\d|50\d) `([a-z]+(?:-[a-z]+)+)`/g
    ).filter(({ name }) => !(name in problems))
    expect(broken).toEqual([])
  })

  it('stand in every package', () => {
    const members = files
      .filter(file => /^(?:packages|services)\/[^/]+\/package\.json$/.test(file))
      .map(dirname)
    expect(members.filter(member => !files.includes(`${member}/README.md`))).toEqual([])
  })
})

describe('files', () => {
  it('leave nothing half done behind', () => {
    const marks = new RegExp(`\\b(?:TO${''}DO|FIX${''}ME|XX${''}X|HA${''}CK)\\b`)
    expect([...own, ...documents].filter(file => marks.test(read(file)))).toEqual([])
  })

  it('tell no path of a machine', () => {
    const paths = /(?:^|[^.\w])\/(?:work|root|home\/[a-z]|Users\/[A-Za-z])(?:\/|\b)/m
    expect(
      [...own, ...documents].filter(file => file !== 'infra/tidy.test.ts' && paths.test(read(file)))
    ).toEqual([])
  })

  it('stay small: nothing above 512 KiB but the tables of the gazetteer, which has a limit of its own', () => {
    const others = files.filter(
      file => !/^packages\/gazetteer\/src\/world\/[a-z]+\.bin$/.test(file)
    )
    expect(others.filter(file => statSync(join(root, file)).size > 512 * 1024)).toEqual([])
  })

  it('are called after what they hold', () => {
    expect(
      files.filter(file =>
        /(?:^|\/)(?:utils?|common|helpers?|misc)(?:\.[a-z.]+)?$/.test(
          file.replace(/\/[^/]*$/, match => match)
        )
      )
    ).toEqual([])
    expect(
      own.filter(
        file =>
          /\/src\/.*\.tsx?$/.test(file) &&
          !/^[a-z0-9]+(?:[-.][a-z0-9]+)*\.tsx?$/.test(file.split('/').at(-1)!)
      )
    ).toEqual([])
  })
})

/** True if a text of TypeScript declares a name: a function, a value, a type, or a method. */
function declares(text: string, name: string): boolean {
  return new RegExp(
    `\\b(?:function\\*?|const|class|interface|type) ${name}\\b|^ {2}(?:async )?${name}\\(`,
    'm'
  ).test(text)
}

/** True for a path from the root or from the document's own package; `*` and `{a,b}` stand for at least one that is there. */
function isThere(document: string, name: string): boolean {
  const expanded = expandBraces(name)
  const bases = ['', dirname(document)]
  return expanded.every(one =>
    bases.some(base => {
      const path = normalize(join(base, one)).replace(/\/$/, '')
      if (!path.includes('*')) return existsSync(join(root, path))
      const pattern = new RegExp(
        `^${path.replace(/[.+?^$()|[\]\\]/g, '\\$&').replace(/\*+/g, '[^/]*')}(?:/|$)`
      )
      return files.some(file => pattern.test(file))
    })
  )
}

function expandBraces(name: string): readonly string[] {
  const match = /\{([^}]*)\}/.exec(name)
  if (!match) return [name]
  return match[1]!.split(',').flatMap(part => expandBraces(name.replace(match[0], part)))
}

/** Names of all commands, as the program itself lists them. */
async function commandNames(): Promise<ReadonlySet<string>> {
  const lines: string[] = []
  const add = (text: string) => lines.push(text)
  const output = {
    line: add,
    note: add,
    bytes: new PassThrough(),
    isTerminal: false,
    notesOnTerminal: false
  }
  await runCommand({ args: ['--help'], output, env: {}, stop: () => new AbortController().signal })
  return new Set(
    [...lines.join('\n').matchAll(/^ {2}([a-z][a-z-]*)(?: |$)/gm)].map(match => match[1]!)
  )
}
