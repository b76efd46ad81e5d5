import type { ImportServiceDefinition } from '@shopverse/contracts/shopverse/product/v1/import_service';
import type { Handlers } from '@shopverse/mesh/rpc/handler';
import { exportProducts } from './export-products.ts';
import { appendImportContent, cancelImport, importProducts, startImport, type ImportProductsDeps } from './import-products.ts';
import { downloadImportErrors, getImport, listImportErrors, listImports } from './read-imports.ts';
import { watchImport, type WatchImportDeps } from './watch-import.ts';

/** One handler for each method of the import service. */
export function importHandlers(deps: ImportProductsDeps & WatchImportDeps): Handlers<typeof ImportServiceDefinition> {
  return {
    importProducts: importProducts(deps),
    appendImportContent: appendImportContent(deps),
    startImport: startImport(deps),
    cancelImport: cancelImport(deps),
    getImport: getImport(deps),
    listImports: listImports(deps),
    watchImport: watchImport(deps),
    listImportErrors: listImportErrors(deps),
    downloadImportErrors: downloadImportErrors(deps),
    exportProducts: exportProducts(deps),
  };
}
