"""What the machine's own screen says while the server can not be reached. It needs no network and asks for nothing."""

from __future__ import annotations

PAGE = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>暂停服务</title>
<style>
body { margin: 0; min-height: 100vh; display: grid; place-content: center; text-align: center;
  font: 1.5rem/1.7 sans-serif; color: #1b1b1b; background: #fff; }
h1 { font-size: 3rem; }
</style>
<main>
<h1>暂停服务</h1>
<p>本机现在连不上业务系统，不能办理业务，也不能打印。</p>
<p>请到其他自助终端或大厅窗口办理。网络恢复后，本页会自动换回办理页面。</p>
<p>已经开始打印的证照会打完，结果在网络恢复后自动上报，不会再打第二份。</p>
</main>
</html>
"""
