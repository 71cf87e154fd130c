#pragma once
// What the tool tip of a trace says, for those who read by keys: a few lines below the text that follow the caret.

#include <QPlainTextEdit>
#include <QPointer>

namespace aha {

class TraceView;

class TokenLine : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit TokenLine(QWidget* parent = nullptr);

    /// Keys where `view` has the focus: Space and F2 show and hide the lines, W, A, M and T go to the next reflection
    /// word, aha, mark and token, with Shift to the one before. The lines speak of the view that had the focus last.
    void follow(TraceView* view);

Q_SIGNALS:
    /// Why a key led nowhere; "" when it did lead somewhere.
    void said(const QString& sentence);

private:
    void toggle(TraceView* view);
    void refresh();

    QPointer<TraceView> m_view; ///< spoken of; shown only while it is
};

} // namespace aha
