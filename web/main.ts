/** Starts the pages: one application for everybody, each desk loaded when it is entered. */
import './parts/base.css';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { i18n } from './i18n/index.ts';
import { language } from './i18n/language.ts';
import { router } from './router/index.ts';

document.documentElement.lang = language.value;
createApp(App).use(createPinia()).use(i18n).use(router).mount('#app');
