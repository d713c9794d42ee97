import { exposeSlipway } from "@slipway/electron/preload";
import { contextBridge, ipcRenderer } from "electron";

exposeSlipway({ contextBridge, ipcRenderer });
