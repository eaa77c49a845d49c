## What the bot says.

bot-start =
    interopwatch は、あるプラットフォームが別のプラットフォームに決済・リンク・メッセージ・ログインなどを開放したことをお知らせします。
    通知は開放ごとに一度、段階が進むごとにもう一度だけです。
bot-place = ここで通知を受け取るには、運営者がこのチャットを設定（telegram.chats）に追加します：
bot-help =
    /start – このボットについてと、このチャットの ID
    /help – この一覧
    /status – 稼働状況（運営者のみ）
bot-operators = /status はこのボットの運営者専用です。
bot-unknown = そのコマンドはわかりません。/help でできることを確認できます。
bot-slow = リクエストが多すぎます。1 分後にまたお答えします。
bot-resumed = このチャットへの通知を再開しました。
bot-status = 待機：{ $waiting } · 送信済み：{ $sent } · 失敗：{ $failed } · 一時停止中のチャット：{ $paused }

## The menu of commands.

command-start = このボットについてと、このチャットの ID
command-help = できること
command-status = 稼働状況（運営者のみ）
