/** The types of a dynamic table's columns: their table tells of them. Pure; a leaf of the file types. */

/** The types that columns of an NWB dynamic table have (HDMF Common, DynamicTable), its row identifiers among them. */
export const COLUMN_TYPES: ReadonlySet<string> = new Set([
  'VectorData',
  'VectorIndex',
  'DynamicTableRegion',
  'ElementIdentifiers',
  'EnumData',
  'TimeSeriesReferenceVectorData',
]);
