#pragma once
// A field of a form that holds several texts, one a line, and grows with them.

#include <nlohmann/json.hpp>

#include <QAbstractTextDocumentLayout>
#include <QPlainTextEdit>

#include <algorithm>

namespace aha {

class LinesEdit : public QPlainTextEdit {
public:
    explicit LinesEdit(QWidget* parent = nullptr)
        : QPlainTextEdit(parent)
    {
        setTabChangesFocus(true); // a form is walked with Tab
        setLineWrapMode(QPlainTextEdit::WidgetWidth);
        setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
        setUndoRedoEnabled(false); // the form's undo takes edits back
        connect(document()->documentLayout(), &QAbstractTextDocumentLayout::documentSizeChanged, this, &LinesEdit::fit);
        fit();
    }

    /// What a configuration holds: a JSON list of texts stands as lines where none of its texts has several.
    void setValue(const QString& value)
    {
        const QString shown = linesOf(value);
        if (shown != toPlainText())
            setPlainText(shown);
    }

private:
    static QString linesOf(const QString& value)
    {
        const auto list = nlohmann::json::parse(value.toStdString(), nullptr, /*allow_exceptions=*/false);
        if (!list.is_array())
            return value;
        QStringList lines;
        for (const auto& one : list) {
            if (!one.is_string())
                return value;
            lines << QString::fromStdString(one.get<std::string>());
            if (lines.back().contains(QLatin1Char('\n')) || lines.back().contains(QLatin1Char('\r')))
                return value;
        }
        const QString shown = lines.join(QLatin1Char('\n'));
        return nlohmann::json::accept(shown.toStdString()) ? value : shown; // which would be read as a list again
    }

    void fit()
    {
        constexpr int kFewest = 2, kMost = 8;
        const int lines = std::clamp(int(document()->size().height()), kFewest, kMost);
        setFixedHeight(lines * fontMetrics().lineSpacing() + 2 * int(document()->documentMargin()) + 2 * frameWidth());
    }
};

} // namespace aha
