/** How tiles are laid out so that all can be read and nothing scrolls. */
export interface Fit {
  columns: number
  rows: number
  /** How many are shown; the rest are only counted. */
  shown: number
}

/** Lays n tiles into a box of a shape (width by height), tiles about twice as wide as high. */
export function fit(n: number, shape: number, most = 60): Fit {
  const shown = Math.min(n, most)
  if (shown === 0) return { columns: 1, rows: 1, shown }
  let best = { columns: 1, rows: shown, height: 0 }
  for (let columns = 1; columns <= shown; columns++) {
    const rows = Math.ceil(shown / columns)
    const height = Math.min(1 / rows, shape / columns / 2) // of a tile, when the box is 1 high
    if (height > best.height) best = { columns, rows, height }
  }
  return { columns: best.columns, rows: best.rows, shown }
}

/** How wide the boxes of the big figures are inside, in hundredths of the height. */
const widths: Record<string, number> = { waiting: 17, longest: 28, ten: 29, abandoned: 28 }

/** The size of a big figure, in hundredths of the height: as large as fits its box. */
export function sizeOf(id: string, value: string): number {
  const ems = [...value].reduce((n, c) => n + (c === '%' ? 0.95 : c === ':' || c === '.' ? 0.35 : 0.62), 0)
  return Math.round(10 * Math.min(11, (widths[id] ?? 28) / Math.max(ems, 0.6))) / 10
}
