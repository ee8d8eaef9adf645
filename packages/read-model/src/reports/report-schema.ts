// Intake's tables: the reports, folded from the incidents log, and the alerts that rest on them,
// folded from the alerts log. `report_fact` and `alert_fact` hold small state that a start reads.

import { topics } from '@tocsin/event-log/topics'
import type { TableGroup } from '../read-model.ts'
import { createFactTable } from './fact-table.ts'
import { reportNumberTable } from './report-numbers.ts'

export const reportTables: readonly TableGroup[] = [
  {
    topic: topics.incidents,
    tables: ['report', 'report_own', 'report_number', 'report_fact'],
    schema: `
create table report(
  n integer primary key, id_start integer not null, report_id text not null, body text not null,
  outside_at integer, handling text
) strict;
create index report_id_start on report(id_start);
create index report_outside on report(outside_at) where outside_at is not null;
create table report_own(
  key_id text not null, at integer not null, report_id text not null,
  primary key(key_id, at, report_id)
) strict, without rowid;
${reportNumberTable}
${createFactTable('report_fact')}`
  },
  {
    topic: topics.alerts,
    tables: ['alert_outcome', 'alert_link', 'alert_cause', 'alert_fact'],
    schema: `
create table alert_outcome(
  alert_id text not null, level text not null, body text not null, primary key(alert_id, level)
) strict, without rowid;
create table alert_link(
  theatre text not null, name text not null, alert_id text not null, fold text not null,
  primary key(theatre, name, alert_id, fold)
) strict, without rowid;
create table alert_cause(
  cause text not null, alert_id text not null, primary key(cause, alert_id)
) strict, without rowid;
${createFactTable('alert_fact')}`
  }
]
