#pragma once
// The configuration as text beside the form: an edit in either shows in the other.

#include "core/config/run_config.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPlainTextEdit;

namespace aha {

class ConfigTextPane : public QWidget {
    Q_OBJECT
public:
    explicit ConfigTextPane(QWidget* parent = nullptr);

    /// What the form says. Text that means the same stays as it was written.
    void setConfig(const RunConfig& config);
    /// What cannot be read yet; empty: the text is a configuration. For the draft.
    QString brokenText() const;
    void setText(const QString& text);
    bool isYaml() const;
    void setYaml(bool yaml);

Q_SIGNALS:
    /// A person changed the text, and it is a configuration. Broken rules are allowed: the form shows them.
    void edited(const aha::RunConfig& config);
    void textChanged(); ///< by a person, whatever it is now

private:
    void read();
    void mark(int64_t line, const QString& sentence, bool broken);
    void judge(); ///< says which rule is broken, at its line
    QString textOf(const RunConfig& config) const;

    RunConfig m_config;
    bool m_valid = true, m_filling = false;
    QComboBox* m_format;
    QPlainTextEdit* m_text;
    QLabel* m_says;
};

} // namespace aha
