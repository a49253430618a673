import { readFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'

export type Table = { title: string; columns: string[]; rows: string[][] }

/** `invalid`: the meter was starved, so there is nothing to compare. */
export type Verdict = 'met' | 'missed' | 'invalid' | 'shown'

export type Goal = { what: string; goal: string; found: string; verdict: Verdict }

export type Report = {
  title: string
  /** How it was measured, and what the figures do not say. */
  notes: string[]
  tables: Table[]
  goals: Goal[]
  /** Everything measured, for whoever wants to work it out again. */
  data: unknown
}

/** A goal of the form "at most so much". NaN means that no round was valid. */
export function atMost(what: string, value: number, limit: number, unit: string, digits = 1): Goal {
  const found = `${value.toFixed(digits)}${unit}`
  const verdict = Number.isNaN(value) ? 'invalid' : value <= limit ? 'met' : 'missed'
  return { what, goal: `≤ ${limit}${unit}`, found, verdict }
}

export function atLeast(what: string, value: number, limit: number, unit: string, digits = 1): Goal {
  const found = `${value.toFixed(digits)}${unit}`
  const verdict = Number.isNaN(value) ? 'invalid' : value >= limit ? 'met' : 'missed'
  return { what, goal: `≥ ${limit}${unit}`, found, verdict }
}

export function machine() {
  const cores = cpus()
  const pressure = readFileSync('/proc/loadavg', 'utf8').split(' ')[0]
  return {
    cores: cores.length,
    model: cores[0]?.model ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.versions.node,
    loadAverage: Number(pressure),
  }
}

export function print(report: Report, write: (line: string) => void): void {
  const { cores, model, memoryGb, kernel, node, loadAverage } = machine()
  write(`\n${report.title}`)
  write(`  ${cores} × ${model}, ${memoryGb} GB, Linux ${kernel}, Node ${node}, load ${loadAverage}`)
  for (const table of report.tables) printTable(table, write)
  if (report.goals.length > 0) {
    const rows = report.goals.map(({ what, goal, found, verdict }) => [what, goal, found, verdict])
    printTable({ title: 'Goals', columns: ['', 'goal', 'found', ''], rows }, write)
  }
  for (const note of report.notes) write(`  · ${note}`)
}

function printTable({ title, columns, rows }: Table, write: (line: string) => void): void {
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => row[index]?.length ?? 0)),
  )
  const line = (cells: string[]) =>
    cells
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('  ')
  write(`\n  ${title}`)
  write(`  ${line(columns)}`)
  write(`  ${widths.map((width) => '─'.repeat(width)).join('──')}`)
  for (const row of rows) write(`  ${line(row)}`)
}
