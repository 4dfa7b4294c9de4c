import vue from '@vitejs/plugin-vue'
import Components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { defineConfig } from 'vitest/config'

const program = process.env.YHT_CONSOLE_PROXY ?? 'http://127.0.0.1:12328'

export default defineConfig({
  base: '/',
  plugins: [
    vue(),
    // Our own components are imported by name where they are used; only
    // Element Plus is resolved, so that unused widgets never ship.
    Components({ dirs: [], resolvers: [ElementPlusResolver()], dts: 'components.d.ts' }),
  ],
  define: {
    __VUE_OPTIONS_API__: true, // Element Plus has option-API parts
    __VUE_PROD_DEVTOOLS__: false,
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false,
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: ['chrome85', 'edge85', 'firefox91', 'safari15'], // old office desktops
    chunkSizeWarningLimit: 700,
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    proxy: {
      '/api': { target: program, ws: true },
      '/sip': { target: program, ws: true },
    },
  },
  test: { environment: 'node', include: ['src/**/*.test.ts'] },
})
