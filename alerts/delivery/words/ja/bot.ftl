## What the bot says.

bot-start =
    interopwatch は、あるプラットフォームが別のプラットフォームに決済・リンク・メッセージ・ログインなどを開放したことをお知らせします。
    通知は開放ごとに一度、段階が進むごとにもう一度だけです。
bot-place = ここで通知を受け取るには、運営者がこのチャットを設定（telegram.chats）に追加します：
bot-help = 語句を書けば検索、リンクを送れば該当するイベントをお答えします。
bot-operators = /status はこのボットの運営者専用です。
bot-unknown = そのコマンドはわかりません。/help でできることを確認できます。
bot-slow = リクエストが多すぎます。1 分後にまたお答えします。
bot-resumed = このチャットへの通知を再開しました。
bot-status = 待機：{ $waiting } · 送信済み：{ $sent } · 失敗：{ $failed } · 一時停止中のチャット：{ $paused }

## What people ask for.

bot-latest = 最新の動き
bot-latest-how = 1 から { $most } までの数を書いてください。例：/latest 3
bot-nothing-yet = まだ何も見つかっていません。
bot-event-how = イベントの番号を書いてください。例：/event E17
bot-no-event = イベント { $id } はありません。/latest で新しいものを確認できます。
bot-no-platform = 「{ $name }」というプラットフォームはありません。
bot-did-you-mean = もしかして：{ $names }
bot-no-capability = 「{ $name }」という開放の種類はありません。使えるもの：{ $known }
bot-nothing-known = { $name } については、まだ何もわかっていません。
bot-timeline-how = プラットフォームを 1 つか 2 つ書いてください。例：/timeline taobao wechat pay
bot-matrix = だれがだれに何を開放したか
bot-search-how = { $words } 語まで（{ $characters } 文字以内）で書いてください。例：/search taobao "ミニプログラム" -jd
bot-found-nothing = 「{ $words }」は見つかりませんでした。語を減らすか、別の名前をお試しください。
bot-link-unknown = そのページは未登録です。対象外の媒体か、新しすぎる可能性があります。
bot-link-nothing = 「{ $title }」は確認済みですが、開放の記述は見つかりませんでした。
bot-link-several = そのページにはイベントが { $count } 件あります

## What stands in pictures.

picture-planned = 予定
picture-disputed = 情報に食い違い
picture-nothing = 情報なし

## The menu of commands.

command-start = このボットについてと、このチャットの ID
command-latest = 最新のイベント（/latest 10）
command-search = 語句でイベントと記事を検索
command-event = 番号でイベントを表示（/event E17）
command-timeline = プラットフォームの時系列（1 つか 2 つ）
command-matrix = だれがだれに何を開放したか
command-help = できること
command-status = 稼働状況（運営者のみ）
