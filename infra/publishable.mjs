// Builds the packages that others install, each into its `dist`: JavaScript, types, README,
// LICENSE, and a package.json of plain versions, so that plain npm packs and publishes it. The
// packages themselves are private, for what they export is TypeScript.

import { spawnSync } from 'node:child_process'
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** In the order in which they need each other, with the projects that build them. */
const published = {
  webhooks: ['tsconfig.build.json'],
  client: ['tsconfig.build.json', 'tsconfig.webhook.json']
}

const contentOf = path => JSON.parse(readFileSync(path, 'utf8'))

/**
 * A range for those who install it. In the workspace a version stands elsewhere: it is that of what
 * is installed.
 */
function rangeOf(folder, name, stated) {
  if (!/^(catalog|workspace):/.test(stated)) return stated
  return `^${contentOf(join(folder, 'node_modules', name, 'package.json')).version}`
}

function build(name, projects) {
  const folder = join(root, 'packages', name)
  const dist = join(folder, 'dist')
  rmSync(dist, { recursive: true, force: true })
  for (const project of projects) {
    const compiler = join(root, 'node_modules', '.bin', 'tsc')
    const { status, stdout } = spawnSync(compiler, ['-p', join(folder, project)], {
      encoding: 'utf8'
    })
    if (status !== 0) throw new Error(`${name} was not built:\n${stdout}`)
  }
  const {
    private: _,
    publishConfig,
    scripts: _scripts,
    devDependencies: _dev,
    dependencies,
    ...stated
  } = contentOf(join(folder, 'package.json'))
  const ranges = Object.entries(dependencies).map(([other, range]) => [
    other,
    rangeOf(folder, other, range)
  ])
  const content = { ...stated, ...publishConfig, dependencies: Object.fromEntries(ranges) }
  writeFileSync(join(dist, 'package.json'), `${JSON.stringify(content, null, 2)}\n`)
  copyFileSync(join(folder, 'README.md'), join(dist, 'README.md'))
  copyFileSync(join(root, 'LICENSE'), join(dist, 'LICENSE'))
}

for (const [name, projects] of Object.entries(published)) build(name, projects)
