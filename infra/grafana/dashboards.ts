// The dashboards of Grafana as data. `node infra/grafana/build.ts` writes them into `dashboards/`.

export interface Panel {
  readonly title: string
  /** Queries by their legend. */
  readonly queries: Readonly<Record<string, string>>
  readonly unit?: 's' | 'bytes' | 'percentunit' | 'short' | 'reqps' | 'Bps'
  /** One number instead of a graph. */
  readonly isStat?: true
}

export interface Dashboard {
  readonly uid: string
  readonly title: string
  /** A variable of the dashboard: the values of a label. */
  readonly variable?: { readonly name: string; readonly query: string }
  readonly panels: readonly Panel[]
}

const quantile = (q: number, name: string, by = '', where = '') =>
  `histogram_quantile(${q}, sum by (le${by === '' ? '' : `, ${by}`}) (rate(${name}_bucket${where}[$__rate_interval])))`
const quantiles = (name: string, where = '') => ({
  median: quantile(0.5, name, '', where),
  '99 %': quantile(0.99, name, '', where)
})
const rates = (name: string, by: string, where = '') => ({
  [`{{${by}}}`]: `sum by (${by}) (rate(${name}${where}[$__rate_interval]))`
})

export const dashboards: readonly Dashboard[] = [
  {
    uid: 'tocsin-overview',
    title: 'Tocsin / Overview',
    panels: [
      {
        title: 'Processes that answer',
        queries: { up: 'sum(up{job="tocsin"})' },
        isStat: true
      },
      {
        title: 'Canary: since the last success',
        queries: { '{{check}}': 'tocsin_canary_age_seconds' },
        unit: 's',
        isStat: true
      },
      {
        title: 'Budget of the objective left (30 days)',
        queries: { left: 'tocsin:extreme_budget:remaining' },
        unit: 'percentunit',
        isStat: true
      },
      {
        title: 'Alerts firing',
        queries: { '{{alertname}}': 'count by (alertname) (ALERTS{alertstate="firing"})' },
        isStat: true
      },
      { title: 'Open alerts', queries: { open: 'max(tocsin_alerts_open)' } },
      {
        title: 'Unacknowledged pages',
        queries: { '{{severity}}': 'max by (severity) (tocsin_unanswered_alerts)' }
      },
      {
        title: 'Alerts raised in an hour, by severity',
        queries: { '{{severity}}': 'sum by (severity) (increase(tocsin_alerts_raised_total[1h]))' }
      },
      {
        title: 'Alerts raised in a day, by pattern',
        queries: { '{{pattern}}': 'sum by (pattern) (increase(tocsin_alerts_raised_total[1d]))' }
      },
      {
        title: 'False alarms a year: budget, spent, judged',
        queries: {
          'budget {{theatre}}': 'max by (theatre) (tocsin_false_alarm_budget_per_year)',
          'spent {{theatre}}': 'max by (theatre) (tocsin_false_alarms_spent)',
          'judged {{theatre}}': 'max by (theatre) (tocsin_false_alarms_judged)'
        }
      },
      {
        title: 'Lag of processes',
        queries: {
          '{{instance}} {{topic}}': 'max by (instance, topic) (tocsin_view_lag_seconds)'
        },
        unit: 's'
      },
      { title: 'Log', queries: { '{{instance}}': 'tocsin_log_up' } },
      {
        title: 'Disk',
        queries: {
          'free {{instance}}': 'tocsin_disk_bytes{kind="free"}',
          '{{part}} {{instance}}': 'tocsin_log_bytes'
        },
        unit: 'bytes'
      },
      {
        title: 'Age of snapshots and backup',
        queries: { '{{kind}} {{instance}}': 'tocsin_file_age_seconds' },
        unit: 's'
      },
      { title: 'Versions', queries: { '{{version}}': 'count by (version) (tocsin_build_info)' } },
      {
        title: 'Memory',
        queries: { '{{instance}}': 'process_resident_memory_bytes{job="tocsin"}' },
        unit: 'bytes'
      }
    ]
  },
  {
    uid: 'tocsin-intake',
    title: 'Tocsin / Intake',
    panels: [
      { title: 'Reports by outcome', queries: rates('tocsin_intake_requests_total', 'outcome') },
      {
        title: 'Time to accept',
        queries: quantiles('tocsin_intake_acceptance_seconds'),
        unit: 's'
      },
      {
        title: 'Reports in flight',
        queries: { '{{instance}}': 'tocsin_intake_in_flight' }
      },
      { title: 'Appends', queries: quantiles('tocsin_log_append_seconds'), unit: 's' },
      {
        title: 'Commits of the embedded log',
        queries: quantiles('tocsin_log_fsync_seconds'),
        unit: 's'
      },
      { title: 'Problems answered', queries: rates('tocsin_http_problems_total', 'code') },
      {
        title: 'Over a limit',
        queries: rates('tocsin_usage_over_limit_total', 'policy')
      },
      {
        title: 'Without a theatre, in quarantine',
        queries: {
          'no theatre': 'max(tocsin_intake_reports_unassigned)',
          quarantine: 'max(tocsin_intake_quarantine_open)'
        }
      },
      {
        title: 'Silence of sources',
        queries: { '{{source}}': 'max by (source) (tocsin_source_silent_seconds)' },
        unit: 's'
      },
      {
        title: 'Streams',
        queries: {
          open: 'sum(tocsin_intake_streams)',
          'ended early: {{reason}}':
            'sum by (reason) (rate(tocsin_intake_streams_cut_total[$__rate_interval]))'
        }
      }
    ]
  },
  {
    uid: 'tocsin-rules',
    title: 'Tocsin / Rules',
    panels: [
      {
        title: 'Behind by',
        queries: { '{{instance}}': 'tocsin_rules_lag_seconds' },
        unit: 's'
      },
      {
        title: 'Records behind, by partition',
        queries: { '{{partition}}': 'max by (partition) (tocsin_rules_partition_lag_records)' }
      },
      {
        title: 'Theatres that stand still',
        queries: {
          'newer version': 'sum(tocsin_rules_theatres_stopped)',
          'clock behind': 'sum(tocsin_rules_theatres_clock_behind)',
          'clock ahead': 'sum(tocsin_rules_theatres_clock_leap)'
        }
      },
      {
        title: 'Thread silent for',
        queries: { '{{instance}}': 'tocsin_rules_thread_silent_seconds' },
        unit: 's'
      },
      { title: 'Time of one record', queries: quantiles('tocsin_rules_fold_seconds'), unit: 's' },
      { title: 'Alert events', queries: rates('tocsin_rules_alert_events_total', 'event') },
      { title: 'Rules that fail', queries: { '{{instance}}': 'tocsin_rules_failing' } },
      {
        title: 'Failures by rule',
        queries: rates('tocsin_rules_predicate_failures_total', 'rule')
      },
      { title: 'Takeovers', queries: quantiles('tocsin_rules_takeover_seconds'), unit: 's' },
      { title: 'Previews', queries: rates('tocsin_rules_previews_total', 'outcome') }
    ]
  },
  {
    uid: 'tocsin-delivery',
    title: 'Tocsin / Delivery',
    panels: [
      {
        title: 'Extreme events later than 5 s',
        queries: { '{{window}}': 'tocsin:extreme_late:ratio' },
        unit: 'percentunit'
      },
      {
        title: 'Report to 2xx, 99 %',
        queries: {
          '{{severity}}': quantile(0.99, 'tocsin_webhook_alert_delay_seconds', 'severity')
        },
        unit: 's'
      },
      {
        title: 'Report to frame, 99 %',
        queries: { '{{severity}}': quantile(0.99, 'tocsin_stream_push_delay_seconds', 'severity') },
        unit: 's'
      },
      { title: 'Attempts', queries: rates('tocsin_webhook_attempts_total', 'verdict') },
      {
        title: 'Waiting and parked',
        queries: { waiting: 'max(tocsin_webhook_pending)', parked: 'max(tocsin_webhook_parked)' }
      },
      {
        title: 'Oldest waiting, by subscription',
        queries: {
          '{{subscription}}': 'max by (subscription) (tocsin_webhook_subscription_lag_seconds)'
        },
        unit: 's'
      },
      {
        title: 'Stream connections',
        queries: { '{{instance}}': 'tocsin_stream_connections' }
      },
      { title: 'Connections closed', queries: rates('tocsin_stream_closes_total', 'code') },
      {
        title: 'Page to acknowledgement',
        queries: quantiles('tocsin_alert_acknowledgement_seconds'),
        unit: 's'
      },
      {
        title: 'Rosters without anybody',
        queries: { rosters: 'max(tocsin_watches_unstaffed)' }
      },
      {
        title: 'Silences',
        queries: { silences: 'max(tocsin_silences_holding)' }
      }
    ]
  },
  {
    uid: 'tocsin-partner',
    title: 'Tocsin / One partner',
    variable: {
      name: 'subscription',
      query: 'label_values(tocsin_webhook_subscription_pending, subscription)'
    },
    panels: [
      {
        title: 'Waiting',
        queries: {
          waiting: 'max(tocsin_webhook_subscription_pending{subscription="$subscription"})'
        },
        isStat: true
      },
      {
        title: 'Accepted, last hour',
        queries: {
          accepted: 'max(tocsin_webhook_subscription_success_ratio{subscription="$subscription"})'
        },
        unit: 'percentunit',
        isStat: true
      },
      {
        title: 'Oldest waiting',
        queries: {
          age: 'max(tocsin_webhook_subscription_lag_seconds{subscription="$subscription"})'
        },
        unit: 's'
      },
      {
        title: 'Share accepted',
        queries: {
          accepted: 'max(tocsin_webhook_subscription_success_ratio{subscription="$subscription"})'
        },
        unit: 'percentunit'
      },
      {
        title: 'Page to answer of a human there',
        queries: quantiles('tocsin_subscription_answer_seconds', '{subscription="$subscription"}'),
        unit: 's'
      },
      {
        title: 'Page to response',
        queries: quantiles(
          'tocsin_subscription_response_seconds',
          '{subscription="$subscription"}'
        ),
        unit: 's'
      }
    ]
  }
]

const source = { type: 'prometheus', uid: '$source' }

/** A dashboard as Grafana reads it: three panels in a row. */
export function buildDashboard({ uid, title, variable, panels }: Dashboard): object {
  return {
    uid,
    title,
    tags: ['tocsin'],
    schemaVersion: 39,
    editable: true,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    templating: {
      list: [
        { name: 'source', label: 'Prometheus', type: 'datasource', query: 'prometheus' },
        ...(variable === undefined
          ? []
          : [
              {
                name: variable.name,
                type: 'query',
                datasource: source,
                query: variable.query,
                refresh: 2
              }
            ])
      ]
    },
    panels: panels.map(({ title: name, queries, unit = 'short', isStat }, i) => ({
      id: i + 1,
      title: name,
      type: isStat ? 'stat' : 'timeseries',
      datasource: source,
      gridPos: { x: (i % 3) * 8, y: Math.floor(i / 3) * 8, w: 8, h: 8 },
      fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
      options: isStat
        ? { reduceOptions: { calcs: ['lastNotNull'] } }
        : { tooltip: { mode: 'multi' } },
      targets: Object.entries(queries).map(([legendFormat, expr], at) => ({
        refId: String.fromCharCode(65 + at),
        datasource: source,
        legendFormat,
        expr
      }))
    }))
  }
}
