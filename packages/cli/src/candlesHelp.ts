/** What every command that reads candles says of the file. */
export const CANDLE_FILE_HELP = `The candle file (plain or gzipped CSV):
  A header with time (or timestamp, date, open_time, …), open, high, low, close and perhaps volume, in any order and case;
  other columns are ignored. Times are epoch seconds, epoch milliseconds (the largest time of the file decides; a column
  time_s or time_ms says so itself) or ISO 8601, UTC unless it has a zone. Rows must be sorted, oldest first: a time that
  goes back is refused with its line. A time that comes again in the next row, as downloads have it where two pages meet,
  is noted on stderr and its first row kept. An empty cell (or NaN, null) is unknown; other numbers are taken as they are.
CSV out: time in epoch milliseconds, numbers with all their digits, empty where unknown.
A file that cannot be read ends with CSV_INVALID, the line and the reason on stderr, and exit code 1.`;
