// How the page is built: into the folder that the service serves, beside its Python.
import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  build: {
    outDir: "../web/static",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    reportCompressedSize: true,
  },
});
