// Writes the dashboards into `dashboards/`: node infra/grafana/build.ts

import { mkdirSync, writeFileSync } from 'node:fs'
import { buildDashboard, dashboards } from './dashboards.ts'

const folder = new URL('dashboards/', import.meta.url)
mkdirSync(folder, { recursive: true })
for (const dashboard of dashboards)
  writeFileSync(
    new URL(`${dashboard.uid}.json`, folder),
    `${JSON.stringify(buildDashboard(dashboard), null, 2)}\n`
  )
